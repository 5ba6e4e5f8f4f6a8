import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { eventually } from "@esteira/local-supabase/testing";
import { ROOT } from "../paths.ts";
import { readOutput } from "../program/output.ts";

// What stands for npm: notes that it was called, takes a while, and "installs" a Deno that says how it was called.
const NPM = `
const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require("node:fs");
appendFileSync("calls.log", process.argv.slice(2).join(" ") + "\\n");
process.on("SIGINT", () => process.exit(1));
const start = process.env.NPM_WAITS_FOR ? whenThere : (next) => setTimeout(next, Number(process.env.NPM_MS ?? 0));
function whenThere(next) {
  if (existsSync(process.env.NPM_WAITS_FOR)) next();
  else setTimeout(() => whenThere(next), 10);
}
start(() => {
  if (process.env.NPM_FAILS) process.exit(1);
  mkdirSync("node_modules/.bin", { recursive: true });
  writeFileSync("node_modules/.bin/deno", "#!/bin/sh\\necho deno $*\\nexit 7\\n", { mode: 0o755 });
});
`;

/** A checkout with the scripts that run before there is anything else, no packages, and that npm. */
async function withCheckout(body: (checkout: string) => Promise<void>) {
  const directory = await Deno.makeTempDir();
  const checkout = join(directory, "área de trabalho", "my app");
  try {
    for (const folder of ["scripts", "scripts/install"]) {
      await Deno.mkdir(join(checkout, folder), { recursive: true });
      for await (const { name } of Deno.readDir(join(ROOT, folder))) {
        if (!name.endsWith(".mjs")) continue;
        await Deno.copyFile(join(ROOT, folder, name), join(checkout, folder, name));
      }
    }
    await Deno.writeTextFile(join(checkout, "package-lock.json"), "{}");
    await Deno.writeTextFile(join(checkout, "npm.js"), NPM);
    await body(checkout);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function start(checkout: string, env: Record<string, string> = {}) {
  const child = new Deno.Command("node", {
    args: [join(checkout, "scripts/deno.mjs"), "run", "a b"],
    env: { npm_execpath: join(checkout, "npm.js"), ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const text = readOutput(child);
  const ended = async () => {
    await text.done;
    return { code: (await child.status).code, out: text.out, err: text.err };
  };
  return { child, text, ended };
}

const calls = async (checkout: string) =>
  (await Deno.readTextFile(join(checkout, "calls.log"))).split("\n").length - 1;
const names = (directory: string) => [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
const installs = Deno.build.os === "linux" && Deno.build.arch === "x86_64" ? 1 : 2;

Deno.test("the first run installs, those that follow do not, and Deno's exit code is the answer", async () => {
  await withCheckout(async (checkout) => {
    assert.deepEqual(await start(checkout).ended(), {
      code: 7,
      out: "deno run a b\n",
      err: "Installing packages from npm (once) …\n",
    });
    assert.deepEqual(await start(checkout).ended(), { code: 7, out: "deno run a b\n", err: "" });
    assert.equal(await calls(checkout), installs);
    await Deno.writeTextFile(join(checkout, "package-lock.json"), '{"another": 1}');
    assert.match((await start(checkout).ended()).err, /Installing/);
    assert.equal(await calls(checkout), 2 * installs);
  });
});

Deno.test("what npm ci has installed by hand is not installed again, unless it is not what is wanted", async () => {
  await withCheckout(async (checkout) => {
    const wanted = {
      "": {},
      "node_modules/a": { version: "1.0.0" },
      "node_modules/b": { version: "1.0.0", optional: true },
    };
    const install = async (version: string) => {
      await Deno.mkdir(join(checkout, "node_modules/a"), { recursive: true });
      await Deno.writeTextFile(join(checkout, "node_modules/a/package.json"), JSON.stringify({ version }));
    };
    await start(checkout).ended(); // for its Deno
    await Deno.writeTextFile(join(checkout, "package.json"), "{}");
    await Deno.writeTextFile(join(checkout, "package-lock.json"), JSON.stringify({ packages: wanted }));
    await Deno.writeTextFile(join(checkout, "node_modules/.package-lock.json"), "{}");
    await install("1.0.0");
    const isInstalled = installs === 1; // elsewhere, binaries come beside what the lock file names
    assert.equal((await start(checkout).ended()).err === "", isInstalled);
    await install("0.9.0");
    assert.match((await start(checkout).ended()).err, /Installing/);
  });
});

Deno.test("two at once on a fresh clone install once", async () => {
  await withCheckout(async (checkout) => {
    const NPM_WAITS_FOR = join(checkout, "go");
    const both = [start(checkout, { NPM_WAITS_FOR }), start(checkout, { NPM_WAITS_FOR })];
    const waiting = /Process \d+ installs the packages/;
    await eventually(() => both.some(({ text }) => waiting.test(text.err)) || undefined, {
      what: "one to wait",
    });
    await Deno.writeTextFile(NPM_WAITS_FOR, "");
    const ends = await Promise.all(both.map(({ ended }) => ended()));
    assert.deepEqual(ends.map(({ code }) => code), [7, 7]);
    assert.equal(await calls(checkout), installs);
  });
});

Deno.test("Ctrl-C during the installation leaves nothing that stands in the way of the next one", async () => {
  await withCheckout(async (checkout) => {
    const before = names(checkout);
    const { child, ended } = start(checkout, { NPM_MS: "60000" });
    await eventually(() => calls(checkout).then(() => true, () => undefined), { what: "npm to be called" });
    child.kill("SIGINT");
    const { code, err } = await ended();
    assert.equal(code, 130);
    assert.match(err, /The installation was interrupted\./);
    assert.deepEqual(names(checkout).filter((name) => name !== "calls.log"), before);
    assert.equal((await start(checkout).ended()).code, 7);
  });
});

Deno.test("one that was killed while it installed does not keep the others waiting", async () => {
  await withCheckout(async (checkout) => {
    const { child, ended } = start(checkout, { NPM_MS: "2000" });
    await eventually(() => calls(checkout).then(() => true, () => undefined), { what: "npm to be called" });
    child.kill("SIGKILL");
    await ended();
    assert.deepEqual(names(join(checkout, ".cache")), ["installing"]);
    const before = await calls(checkout);
    const ends = await Promise.all(
      Array.from({ length: 6 }, () => start(checkout, { NPM_MS: "200" }).ended()),
    );
    assert.deepEqual(new Set(ends.map(({ code }) => code)), new Set([7]));
    assert.equal(await calls(checkout), before + installs, "one of them takes its place");
    assert.ok(!names(checkout).includes(".cache"));
  });
});

Deno.test("a failed installation says what failed, and is tried again the next time", async () => {
  await withCheckout(async (checkout) => {
    const { code, err } = await start(checkout, { NPM_FAILS: "1" }).ended();
    assert.equal(code, 1);
    assert.match(err, /"npm ci .*" failed: exit code 1\. Is the npm registry reachable\?/);
    assert.equal((await start(checkout).ended()).code, 7);
  });
});

Deno.test("a Node that is too old is told so, by its version and the one that is needed", async () => {
  const { engines } = JSON.parse(await Deno.readTextFile(join(ROOT, "package.json")));
  const floor = engines.node.replace(">=", "");
  const url = pathToFileURL(join(ROOT, "scripts/deno.mjs")).href;
  const runAs = async (version: string) => {
    const pretend = `Object.defineProperty(process.versions, "node", { value: "${version}" })`;
    const { code, stderr } = await new Deno.Command("node", {
      args: ["-e", `${pretend}; import(${JSON.stringify(url)})`],
    }).output();
    return { code, output: new TextDecoder().decode(stderr) };
  };
  for (const version of ["12.22.12", "18.20.8", "20.18.3"]) {
    const { code, output } = await runAs(version);
    assert.equal(code, 1, version);
    assert.match(
      output,
      new RegExp(`^Esteira needs Node ${floor} or newer; this is ${version.replaceAll(".", "\\.")} \\(`),
    );
  }
  assert.match(await Deno.readTextFile(join(ROOT, "scripts/deno.mjs")), /^const FLOOR = \[20, 19\];/m);
});
