import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import { ROOT } from "../../scripts/paths.ts";
import { readOutput } from "../../scripts/program/output.ts";
import { type Environment, startEnvironment } from "../world/environment.ts";

const FILE = "examples/first-job/first_job.mjs";
// As on Node 20, which has none: the package `ws` is used wherever this runs.
const NODE = ["node", "--no-experimental-websocket"];
const DENO = [Deno.execPath(), "run", "-A"];

interface Run {
  code: number;
  out: string;
  err: string;
}

/** Runs the example, and whatever it asks to be run in another terminal. */
async function runExample(
  environment: Environment,
  [program, ...args]: string[],
  env: Record<string, string> = {},
): Promise<Run> {
  const { apiUrl, publishableKey, databaseUrl } = environment.deployment;
  const child = new Deno.Command(program!, {
    args: [...args, FILE],
    cwd: ROOT,
    env: { SUPABASE_URL: apiUrl, SUPABASE_PUBLISHABLE_KEY: publishableKey, NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const printed = readOutput(child);
  let isOver = false;
  void child.status.then(() => isOver = true);
  const command = await eventually(
    () => printed.out.match(/npm run grant -- (.*)\n/)?.[1] ?? (isOver ? "" : undefined),
    { what: "the example to ask for credits", timeoutMs: 30_000 },
  );
  if (command) {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "scripts/local/grant.ts", ...command.split(" ")],
      cwd: ROOT,
      env: { ESTEIRA_DB_PORT: new URL(databaseUrl).port },
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  }
  await printed.done;
  return { code: (await child.status).code, out: printed.out, err: printed.err };
}

Deno.test("the first app of a newcomer", async (t) => {
  const environment = await startEnvironment({ runninghub: { taskMs: 700 } });
  try {
    for (const [where, program] of [["Node without a WebSocket", NODE], ["Deno", DENO]] as const) {
      // @acceptance 002:49, 002:586-588, 004:350b
      await t.step(`goes all the way on ${where}`, async () => {
        const { code, out, err } = await runExample(environment, program);
        assert.equal(code, 0, out + err);
        for (
          const expected of [
            /^Signed up as \S+@example\.com$/m,
            /^ {2}422 invalid_input: /m,
            /^ {2}402 insufficient_credits: /m,
            /^ {2}50 credits have come$/m,
            /^ {2}job …(\w{4}) .*starting\n(?: {2}job …\1 .*\n)* {2}job …\1 completed$/m,
            /^ {2}image\/png, \d+ bytes: http\S+token=\S+$/m,
            /^ {2}job …(\w{4}) is number [1-6] of those that wait$/m,
            /^ {2}job …(\w{4}) is cancelled, and paid back$/m,
            /^ {2}job …(\w{4}) takes its place$/m,
            /^All done, and 43 credits are left\.$/m, // of 50: one job, six more, one of them paid back and made again
          ]
        ) assert.match(out, expected);
        assert.doesNotMatch(err, /Error/);
      });
    }

    await t.step("says what is wrong, and exits with 1", async () => {
      const stranger = await runExample(environment, NODE, {
        SUPABASE_PUBLISHABLE_KEY: "sb_publishable_wrong",
      });
      assert.equal(stranger.code, 1);
      assert.match(stranger.err, /Invalid API key/i);

      const nowhere = await runExample(environment, NODE, { SUPABASE_URL: "http://127.0.0.1:9" });
      assert.equal(nowhere.code, 1);
      assert.match(nowhere.err, /fetch failed/);

      environment.runninghub.misbehave({ fault: { kind: "fail", exceptionMessage: "refused" } });
      const failed = await runExample(environment, NODE);
      assert.equal(failed.code, 1, failed.out);
      assert.match(failed.err, /job …\w{4} failed: refused/);
    });
  } finally {
    await environment.close();
  }
});

Deno.test("the example stands alone: it imports packages that its own package.json names exactly", async () => {
  const text = await Deno.readTextFile(new URL(`../../${FILE}`, import.meta.url));
  const manifest = JSON.parse(
    await Deno.readTextFile(new URL("../../examples/first-job/package.json", import.meta.url)),
  );
  const imported = [...text.matchAll(/(?:from|import\() ?"([^"]+)"/g)].map(([, name]) => name!);
  assert.deepEqual(
    imported.filter((name) => !name.startsWith("node:")).sort(),
    Object.keys(manifest.dependencies).sort(),
  );
  for (const version of Object.values(manifest.dependencies)) {
    assert.match(String(version), /^\d+\.\d+\.\d+$/);
  }
});
