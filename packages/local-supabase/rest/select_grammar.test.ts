import assert from "node:assert/strict";
import { RestError } from "./rest_error.ts";
import { parseSelect } from "./select_grammar.ts";

const field = (column: string, extra = {}) => ({
  kind: "field",
  field: { column, path: [] },
  alias: null,
  cast: null,
  ...extra,
});

function refused(text: string): RestError {
  try {
    parseSelect(text, "books");
  } catch (error) {
    assert.ok(error instanceof RestError);
    return error;
  }
  assert.fail(`${text} was accepted`);
}

Deno.test("a select list names columns, with aliases, casts and JSON paths", () => {
  assert.deepEqual(parseSelect("id,*", "books"), [field("id"), { kind: "star" }]);
  assert.deepEqual(parseSelect("", "books"), [{ kind: "star" }]);
  assert.deepEqual(parseSelect("n:id::text", "books"), [field("id", { alias: "n", cast: "text" })]);
  assert.deepEqual(parseSelect("id::double precision", "books"), [field("id", { cast: "double precision" })]);
  assert.deepEqual(parseSelect("a-b,naïve col", "books"), [field("a-b"), field("naïve col")]);
  assert.deepEqual(parseSelect('"a,b":"c.d(e"', "books"), [field("c.d(e", { alias: "a,b" })]);
  assert.deepEqual(parseSelect("data->a->>0", "books"), [{
    ...field("data"),
    field: {
      column: "data",
      path: [{ arrow: "->", operand: { key: "a" } }, { arrow: "->>", operand: { index: 0 } }],
    },
  }]);
  assert.deepEqual(parseSelect('x:data->-1->"k.1"::int', "books"), [{
    kind: "field",
    alias: "x",
    cast: "int",
    field: {
      column: "data",
      path: [{ arrow: "->", operand: { index: -1 } }, { arrow: "->", operand: { key: "k.1" } }],
    },
  }]);
});

Deno.test("embedding is refused by name, in each of its spellings", () => {
  for (
    const text of [
      "id,author(name)",
      "writer:author(name)",
      "author!fk(id)",
      "...author(name)",
      "author!inner(*)",
    ]
  ) {
    const error = refused(text);
    assert.equal(error.code, "PGRST200");
    assert.equal(error.status, 400);
    assert.match(error.message, /between 'books' and 'author'/);
    assert.match(error.evidence.hint ?? "", /not supported here/);
  }
});

Deno.test("aggregates are off, as on hosted projects", () => {
  for (const text of ["count()", "n:count()", "price.sum()", "price::int.avg()"]) {
    assert.equal(refused(text).code, "PGRST123");
  }
});

Deno.test("a malformed select says where it went wrong", () => {
  const error = refused("id,,name");
  assert.equal(error.code, "PGRST100");
  assert.equal(error.message, '"failed to parse select parameter (id,,name)" (line 1, column 4)');
  for (const text of ["id::", "id->", "id::text;drop", "id)", "id::text()", 'id::"x"', "id::int,"]) {
    assert.equal(refused(text).code, "PGRST100", text);
  }
});
