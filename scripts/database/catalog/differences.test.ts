import assert from "node:assert/strict";
import fc from "fast-check";
import { describeDifferences, differences } from "./differences.ts";
import type { Catalog } from "./catalog.ts";

const catalog = (objects: Record<string, Record<string, unknown>>): Catalog =>
  new Map(Object.entries(objects));
const SIDES = { here: "schemas", there: "migrations" };

Deno.test("objects that only one side has, and properties that differ, are told by name", () => {
  const here = catalog({
    "table a": { owner: "me" },
    "table b": { owner: "me", comment: null },
    "table c": {},
  });
  const there = catalog({ "table b": { owner: "you", comment: null }, "table c": {}, "table d": {} });
  const found = differences(here, there);
  assert.deepEqual(found, [
    { object: "table a", is: "only here" },
    { object: "table b", is: "different", properties: [{ name: "owner", here: "me", there: "you" }] },
    { object: "table d", is: "only there" },
  ]);
  assert.equal(
    describeDifferences(found, SIDES),
    [
      "table a: only in schemas",
      "table b: different",
      "  owner in schemas: me",
      "  owner in migrations: you",
      "table d: only in migrations",
    ].join("\n"),
  );
});

Deno.test("a property that one side does not have differs from null", () => {
  const [found] = differences(catalog({ t: { comment: null } }), catalog({ t: {} }));
  assert.deepEqual(found, {
    object: "t",
    is: "different",
    properties: [{ name: "comment", here: null, there: undefined }],
  });
});

Deno.test("the order of keys says nothing, that of lists does", () => {
  assert.deepEqual(
    differences(catalog({ t: { p: { a: 1, b: [1] } } }), catalog({ t: { p: { b: [1], a: 1 } } })),
    [],
  );
  assert.equal(differences(catalog({ t: { p: [1, 2] } }), catalog({ t: { p: [2, 1] } })).length, 1);
});

Deno.test("a catalog does not differ from itself, and the other way round differs by as much", () => {
  const any = fc.dictionary(
    fc.string({ maxLength: 2 }),
    fc.dictionary(fc.string({ maxLength: 2 }), fc.jsonValue()),
  )
    .map(catalog);
  fc.assert(fc.property(any, any, (a, b) => {
    assert.deepEqual(differences(a, a), []);
    assert.equal(differences(a, b).length, differences(b, a).length);
  }));
});
