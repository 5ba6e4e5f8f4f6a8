import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import { readOutput } from "./output.ts";

/** Runs a program whose body is given `holder`, `closable(name, ms)` and `pause(ms)`. */
async function withProgram(
  body: string,
  use: (child: Deno.ChildProcess, output: () => string) => Promise<void>,
): Promise<{ code: number; output: string }> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(
    file,
    `import { exitCleanly } from ${JSON.stringify(import.meta.resolve("./exit.ts"))};
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const closable = async (name: string, ms = 0) => {
      console.log("starting", name);
      await pause(ms);
      return { name, close: async () => { await pause(50); console.log("closed", name); } };
    };
    setInterval(() => {}, 1000);
    await exitCleanly(async (holder) => { ${body} });`,
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", file],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const printed = readOutput(child);
  try {
    await use(child, () => printed.all);
    await printed.done;
    return { code: (await child.status).code, output: printed.all };
  } finally {
    await Deno.remove(file);
  }
}

const seen = (output: () => string, text: string) =>
  eventually(() => output().includes(text) || undefined, { what: text, timeoutMs: 10_000 });

Deno.test("a number ends the program, after everything is closed, the last first", async () => {
  const { code, output } = await withProgram(
    `await holder.hold(closable("a")); await holder.hold(closable("b")); return 3;`,
    () => Promise.resolve(),
  );
  assert.equal(code, 3);
  assert.deepEqual(output.trim().split("\n").slice(-2), ["closed b", "closed a"]);
});

Deno.test("an error with a code is its message alone; another one shows where it was thrown", async () => {
  const known = await withProgram(
    `await holder.hold(closable("a")); throw Object.assign(new Error("what is wrong"), { code: "known" });`,
    () => Promise.resolve(),
  );
  assert.equal(known.code, 1);
  assert.equal(known.output, "starting a\nwhat is wrong\nclosed a\n");
  const unknown = await withProgram(`throw new Error("a bug");`, () => Promise.resolve());
  assert.equal(unknown.code, 1);
  assert.match(unknown.output, /Error: a bug\n\s+at /);
});

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`${signal} closes what is held and ends with ${expected}`, async () => {
    const { code, output } = await withProgram(`await holder.hold(closable("a"));`, async (child, output) => {
      await seen(output, "starting a");
      child.kill(signal);
    });
    assert.equal(code, expected);
    assert.match(output, /Stopping …\nclosed a/);
  });
}

Deno.test("Ctrl-C while something starts: it is closed when it has, and nothing goes on after it", async () => {
  const { code, output } = await withProgram(
    `await holder.hold(closable("slow", 500)); console.log("went on");`,
    async (child, output) => {
      await seen(output, "starting slow");
      child.kill("SIGINT");
    },
  );
  assert.equal(code, 130);
  assert.match(output, /closed slow/);
  assert.doesNotMatch(output, /went on/);
});

Deno.test("Ctrl-C again closes nothing twice and does not cut the closing short", async () => {
  const { code, output } = await withProgram(`await holder.hold(closable("a"));`, async (child, output) => {
    await seen(output, "starting a");
    child.kill("SIGINT");
    await seen(output, "Stopping");
    child.kill("SIGINT");
  });
  assert.equal(code, 130);
  assert.equal(output, "starting a\n\nStopping …\nclosed a\n");
});

Deno.test("what fails because the end has begun is not told", async () => {
  const { code, output } = await withProgram(
    `holder.ending.addEventListener("abort", () => console.log("ending"));
    const failing = new Promise((_, reject) => holder.ending.addEventListener("abort", () => reject(new Error("cut off"))));
    console.log("up");
    await holder.unlessEnding(failing);`,
    async (child, output) => {
      await seen(output, "up");
      child.kill("SIGINT");
    },
  );
  assert.equal(code, 130);
  assert.doesNotMatch(output, /cut off/);
});
