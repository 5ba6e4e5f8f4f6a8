/** Ctrl-C during `npm run deploy`: it ends, and so does the CLI that it runs. */
import assert from "node:assert/strict";
import { familyOf } from "./kill.ts";
import { startRemote } from "./remote.ts";

Deno.test("a deployment that is told to stop ends at once, and leaves no process behind", async () => {
  await using remote = await startRemote({ withoutStack: true });
  const pushing = Promise.withResolvers<void>();
  remote.api.instead = ({ line }) => {
    if (line !== "POST /cli/login-role") return undefined;
    pushing.resolve();
    return new Promise<Response>(() => {});
  };
  const child = remote.start("--yes");
  const output = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await pushing.promise;
  const family = await familyOf(child.pid);
  assert.ok(family.length > 1, "the CLI runs");
  child.kill("SIGTERM");
  assert.equal((await child.status).code, 143, (await output).join(""));
  const left = [];
  for (const pid of family) {
    const state = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
    if (state && !/\) Z /.test(state)) left.push(pid);
  }
  assert.deepEqual(left, []);
});
