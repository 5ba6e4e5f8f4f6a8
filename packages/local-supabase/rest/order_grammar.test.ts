import assert from "node:assert/strict";
import { parseOrder } from "./order_grammar.ts";
import { RestError } from "./rest_error.ts";

const term = (column: string, direction: string | null, nulls: string | null) => ({
  field: { column, path: [] },
  direction,
  nulls,
});

Deno.test("an order names columns, directions and the place of nulls", () => {
  assert.deepEqual(parseOrder("a,b.desc,c.asc.nullsfirst,d.nullslast"), [
    term("a", null, null),
    term("b", "desc", null),
    term("c", "asc", "first"),
    term("d", null, "last"),
  ]);
  assert.deepEqual(parseOrder('data->a->>0.desc,"x.y".asc'), [
    {
      ...term("data", "desc", null),
      field: {
        column: "data",
        path: [{ arrow: "->", operand: { key: "a" } }, { arrow: "->>", operand: { index: 0 } }],
      },
    },
    term("x.y", "asc", null),
  ]);
});

Deno.test("anything else is refused", () => {
  for (const text of ["a.up", "a.desc.nulls", "a.descending", "a,,b", "a.nullsfirst.desc", "a;b"]) {
    assert.throws(
      () => parseOrder(text),
      (error) => error instanceof RestError && error.code === "PGRST100",
      text,
    );
  }
  assert.throws(
    () => parseOrder("author(name).desc"),
    (error) => error instanceof RestError && error.code === "PGRST108",
  );
});
