import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { ROOT } from "../../scripts/paths.ts";
import { ownPorts } from "../world/own_ports.ts";

/** Spaces, an accent, and what URLs, shells, patterns and lists of paths take for something else. */
const PLACE = "área de trabalho/my app, 100% (#1) [é] & 'co'";

/** What a clone has not. */
const NOT_CLONED = ["node_modules", ".git", ".cache", ".temp", ".branches", "results"];

/** Copies a directory; files are linked where that is possible, which costs neither time nor space. */
async function copy(from: string, to: string, leftOut: readonly string[] = []): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for (const { name, isDirectory, isSymlink } of Deno.readDirSync(from)) {
    if (leftOut.includes(name)) continue;
    const [source, target] = [join(from, name), join(to, name)];
    if (isSymlink) Deno.symlinkSync(Deno.readLinkSync(source), target); // npm's links are relative
    else if (isDirectory) await copy(source, target, leftOut);
    else await Deno.link(source, target).catch(() => Deno.copyFile(source, target));
  }
}

/** Runs one of the scripts in the checkout as npm does. */
async function run(checkout: string, args: string[]): Promise<{ code: number; output: string }> {
  const ports = ownPorts();
  const { code, stdout, stderr } = await new Deno.Command("node", {
    args: ["scripts/deno.mjs", "run", "-A", "--no-check", ...args],
    cwd: checkout,
    env: {
      ESTEIRA_API_PORT: String(ports.api),
      ESTEIRA_DB_PORT: String(ports.database),
      ESTEIRA_SIMULATOR_PORT: String(ports.simulators),
      ESTEIRA_APP_PORT: String(ports.app),
      ESTEIRA_CONSOLE_PORT: String(ports.console),
      ESTEIRA_CACHE: join(checkout, "..", "o cache"),
      LOCAL_SUPABASE_RUNS: "", // in the cache
      ESTEIRA_STACK: "",
      NO_COLOR: "1",
      npm_execpath: "/dev/null/npm.js", // nothing is installed: there may be no network
    },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, output: decode(stdout) + decode(stderr) };
}

/** Half a minute: `npm run test:long` has it. */
const LONG = { ignore: !Deno.env.has("ESTEIRA_BIG") };

Deno.test("a clone works wherever it lies, and so does its cache", LONG, async (t) => {
  const directory = await Deno.makeTempDir();
  await Deno.chmod(directory, 0o755); // under root, Postgres is another user
  const checkout = join(directory, PLACE);
  try {
    await copy(ROOT, checkout, NOT_CLONED);
    await copy(join(ROOT, "node_modules"), join(checkout, "node_modules"));
    const lock = await Deno.readTextFile(join(checkout, "package-lock.json"));
    const stamp = join(checkout, "node_modules/.esteira-installed");
    await Deno.remove(stamp).catch(() => {}); // it may be a link to our own
    await Deno.writeTextFile(stamp, createHash("sha256").update(lock).digest("hex"));

    await t.step("the demo comes to its end", async () => {
      const { code, output } = await run(checkout, ["demo/main.ts", "--once"]);
      assert.equal(code, 0, output);
      assert.match(output, /fal was asked, and had done it/);
    });

    await t.step("database tests and the Supabase CLI find their files", async () => {
      const [pgtap, push] = await Promise.all([
        run(checkout, ["scripts/database/pgtap.ts", "the_clock_can_be_frozen"]),
        run(checkout, ["scripts/database/db_push.ts"]),
      ]);
      assert.equal(pgtap.code, 0, pgtap.output);
      assert.match(pgtap.output, /^ok .*the_clock_can_be_frozen/m);
      assert.equal(push.code, 0, push.output);
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
