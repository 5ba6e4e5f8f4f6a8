/** Runs a simulator's program, for the tests of `main.ts`. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

function start(main: string, args: readonly string[]) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fileURLToPath(main), ...args],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Starts the program on a free port, hands its two lines to `test` and stops it with SIGTERM, which must be its end. */
export async function withProgram(
  main: string,
  test: (url: string, hint: string) => Promise<void>,
  ...args: string[]
): Promise<void> {
  const program = start(main, ["--port", "0", ...args]);
  const reader = program.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  try {
    while (printed.split("\n").length < 3) {
      const { value, done } = await reader.read();
      assert.equal(done, false, `the program ended after "${printed}"`);
      printed += value;
    }
    const [url = "", hint = ""] = printed.split("\n");
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    await test(url, hint);
  } finally {
    program.kill("SIGTERM");
    await reader.cancel();
    await program.stderr.cancel();
  }
  assert.equal((await program.status).code, 0);
}

/** Runs the program with arguments that it must refuse. @returns what it says. */
export async function refusalOfProgram(main: string, ...args: string[]): Promise<string> {
  const { code, stderr } = await start(main, args).output();
  assert.equal(code, 1);
  return new TextDecoder().decode(stderr);
}
