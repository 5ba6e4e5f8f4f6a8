// Runs Deno from npm: `node scripts/deno.mjs run …`, which every npm script does. This file only looks at Node's version,
// in words that old ones understand: the rest would end there with a riddle.
const FLOOR = [20, 19]; // as "engines" in package.json; what the packages need
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1])) {
  console.error(
    `Esteira needs Node ${FLOOR.join(".")} or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
  process.exit(1);
} else {
  import("./install/with_packages.mjs");
}
