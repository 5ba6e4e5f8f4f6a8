import assert from "node:assert/strict";
import { check, isWell, type Line, toldLines } from "./check.ts";
import type { ManagementApi } from "./management_api.ts";
import type { Deployment } from "./step.ts";

const line = (verdict: string, repair: string | null = null): Line => ({
  area: "files",
  name: "bucket inputs",
  verdict,
  detail: "It is private.",
  repair,
});

Deno.test("a line that is not well shows what mends it, and the lines are counted", () => {
  assert.equal(
    toldLines([line("ok", "not shown"), line("error", "update storage.buckets")]),
    "  ok      files  bucket inputs: It is private.\n" +
      "  error   files  bucket inputs: It is private.\n" +
      "               → update storage.buckets\n" +
      "1 ok, 1 error.",
  );
});

Deno.test("what only warns is the operator's to judge; what is wrong or cannot be told is not well", () => {
  assert.ok(isWell([line("ok"), line("warn")]));
  assert.ok(!isWell([line("ok"), line("error")]));
  assert.ok(!isWell([line("ok"), line("unknown")]));
});

/** A deployment to a project whose check says this, one after the other, and the last for ever. */
function checked(answers: readonly (readonly Line[])[]): { deployment: Deployment; forgotten: () => number } {
  let [look, forgotten] = [0, 0];
  const sql = (query: string) => {
    if (query.startsWith("delete")) return Promise.resolve([forgotten++]);
    return Promise.resolve(answers[Math.min(look++, answers.length - 1)]);
  };
  const deployment = { api: { sql } as unknown as ManagementApi, pause: () => Promise.resolve() };
  return { deployment: deployment as unknown as Deployment, forgotten: () => forgotten };
}

Deno.test("the check is called until all functions have answered", async () => {
  const { deployment } = checked([[line("asked")], [line("asked")], [line("ok")]]);
  assert.deepEqual(await check(deployment, false), [line("ok")]);
  await assert.rejects(check(checked([[line("asked")]]).deployment, false), { code: "check_unanswered" });
});

Deno.test("after a change an error is asked about again before it is believed; without one it is told at once", async () => {
  const slow = checked([[line("error")], [line("ok")]]);
  assert.deepEqual(await check(slow.deployment, true), [line("ok")]);
  assert.equal(slow.forgotten(), 2);
  const broken = checked([[line("error")]]);
  assert.deepEqual(await check(broken.deployment, true), [line("error")]);
  assert.equal(broken.forgotten(), 3);
  const old = checked([[line("error")], [line("ok")]]);
  assert.deepEqual(await check(old.deployment, false), [line("error")]);
  assert.equal(old.forgotten(), 0);
});
