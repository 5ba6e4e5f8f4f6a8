import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { supabaseBinary } from "./binary.mjs";

/** Runs `supabase <args>` as a shell would, and returns its exit code and what it printed. */
async function supabase(...args: string[]): Promise<{ code: number; text: string }> {
  const command = fileURLToPath(new URL("../../node_modules/.bin/supabase", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    env: { SUPABASE_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_COLOR: "1" },
  }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("node_modules/.bin/supabase is the CLI at the version that is tested", async () => {
  assert.deepEqual(await supabase("--version"), { code: 0, text: "3.1.0\n" });
});

Deno.test("its exit code is passed on", async () => {
  const { code, text } = await supabase("no-such-command");
  assert.notEqual(code, 0, text);
});

Deno.test("the binary is a file", async () => {
  assert.ok((await Deno.stat(supabaseBinary())).isFile);
});
