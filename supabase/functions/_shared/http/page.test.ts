import fc from "fast-check";
import assert from "node:assert/strict";
import { pageOf } from "./page.ts";

Deno.test("page by page each entry is had once and in order, and the last page says that it is the last", () =>
  fc.assert(fc.property(fc.nat(60), fc.integer({ min: 1, max: 20 }), (length, limit) => {
    const all = Array.from({ length }, (_, n) => n);
    const seen: number[] = [];
    let cursor: string | null = "-1";
    for (let pages = 0; cursor !== null; pages++) {
      assert.ok(pages <= length, "it comes to an end");
      const after: number = Number(cursor);
      // One more than a page holds is asked for.
      const found: number[] = all.filter((n) => n > after).slice(0, limit + 1);
      const { page, nextCursor } = pageOf(found, limit, String);
      assert.ok(page.length <= limit);
      assert.equal(
        nextCursor === null,
        page.length === found.length,
        "there is a next page if there is more",
      );
      seen.push(...page);
      cursor = nextCursor;
    }
    assert.deepEqual(seen, all);
  })));
