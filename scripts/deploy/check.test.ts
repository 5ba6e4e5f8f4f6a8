import assert from "node:assert/strict";
import { isWell, type Line, toldLines } from "./check.ts";

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
