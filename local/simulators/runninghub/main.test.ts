import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { DEFAULT_API_KEY } from "./simulator.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

function start(...args: string[]) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN, ...args],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("the program prints its URL, serves there and stops on SIGTERM", async () => {
  const program = start("--port", "0", "--task-ms", "1");
  const reader = program.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  while (printed.split("\n").length < 3) {
    const { value, done } = await reader.read();
    assert.equal(done, false, `the program ended after "${printed}"`);
    printed += value;
  }
  const [url = "", hint = ""] = printed.split("\n");
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.ok(hint.includes(DEFAULT_API_KEY));
  const account = await fetch(`${url}/uc/openapi/accountStatus`, {
    method: "POST",
    body: JSON.stringify({ apikey: DEFAULT_API_KEY }),
  });
  assert.equal((await account.json()).code, 0);
  program.kill("SIGTERM");
  await reader.cancel();
  await program.stderr.cancel();
  assert.equal((await program.status).code, 0);
});

Deno.test("a port that is no number is refused", async () => {
  const { code, stderr } = await start("http").output();
  assert.equal(code, 1);
  assert.match(new TextDecoder().decode(stderr), /port must be a whole number, not "http"/);
});
