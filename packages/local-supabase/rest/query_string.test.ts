import assert from "node:assert/strict";
import { parseQuery } from "./query_string.ts";
import { RestError } from "./rest_error.ts";

const parse = (query: string, { takesArguments = false, rangeHeader = null as string | null } = {}) =>
  parseQuery(new URLSearchParams(query), { target: "books", takesArguments, rangeHeader });

const refused = (query: string) => {
  try {
    parse(query);
  } catch (error) {
    assert.ok(error instanceof RestError);
    return error.code;
  }
  assert.fail(`${query} was accepted`);
};

Deno.test("each parameter is what its name says", () => {
  const query = parse(
    'select=id&order=a.desc&order=b&limit=3&offset=2&columns=x,"y z"&on_conflict=k&apikey=secret&id=eq.1&or=(a.eq.1,b.eq.2)',
  );
  assert.deepEqual(query.select.length, 1);
  assert.deepEqual(query.order.map(({ field }) => field.column), ["a", "b"]);
  assert.deepEqual(query.range, { offset: 2, limit: 3 });
  assert.deepEqual(query.columns, ["x", "y z"]);
  assert.deepEqual(query.onConflict, ["k"]);
  assert.deepEqual(query.conditions.map(({ kind }) => kind), ["filter", "or"]);
  assert.deepEqual(query.arguments, []);
  assert.deepEqual(parse("").select, [{ kind: "star" }]);
  assert.equal(parse("").columns, null);
});

Deno.test("where arguments are taken, what begins with no operator is one", () => {
  const query = parse("a=1&a=2&b=eq.3&c=equal", { takesArguments: true });
  assert.deepEqual(query.arguments, [["a", "1"], ["a", "2"], ["c", "equal"]]);
  assert.equal(query.conditions.length, 1);
  assert.equal(refused("a=1"), "PGRST100");
});

Deno.test("parameters of embedded resources are refused, columns with dots in their names are not", () => {
  for (
    const query of [
      "author.name=eq.1",
      "author.order=id",
      "author.books.limit=1",
      "author.or=(a.eq.1)",
      "a.not.or=(b.eq.1)",
    ]
  ) {
    assert.equal(refused(query), "PGRST108", query);
  }
  for (const query of ['"a.color"=eq.1', '"a.order"=eq.1', 'order="a.b".desc']) parse(query);
});
