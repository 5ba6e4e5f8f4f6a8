import fc from "fast-check";
import assert from "node:assert/strict";
import type { Condition } from "./condition.ts";
import { parseFilter, parseLogic } from "./filter_grammar.ts";
import { RestError } from "./rest_error.ts";

const column = (name: string) => ({ column: name, path: [] });
const compare = (name: string, operator: string, value: string, extra = {}) => ({
  kind: "filter",
  field: column(name),
  negated: false,
  operation: { kind: "compare", operator, quantifier: null, value, ...extra },
});

function refused(parse: () => unknown): RestError {
  try {
    parse();
  } catch (error) {
    assert.ok(error instanceof RestError);
    return error;
  }
  assert.fail("was accepted");
}

Deno.test("a filter is an operator and the rest of the value, whatever that holds", () => {
  assert.deepEqual(parseFilter("a", "eq.1,2.(x)"), compare("a", "eq", "1,2.(x)"));
  assert.deepEqual(
    parseFilter("a", "like(any).{a*,b*}"),
    compare("a", "like", "{a*,b*}", { quantifier: "any" }),
  );
  assert.deepEqual(parseFilter("a", "not.neq."), { ...compare("a", "neq", ""), negated: true });
  assert.deepEqual(parseFilter("a", "is.NOT_NULL"), {
    ...compare("a", "eq", ""),
    operation: { kind: "is", value: "not_null" },
  });
  assert.deepEqual(parseFilter("a", "wfts(english).fat cat"), {
    ...compare("a", "eq", ""),
    operation: { kind: "search", operator: "wfts", language: "english", value: "fat cat" },
  });
  assert.deepEqual(parseFilter("data->x->>0", "eq.1"), {
    ...compare("a", "eq", "1"),
    field: {
      column: "data",
      path: [{ arrow: "->", operand: { key: "x" } }, { arrow: "->>", operand: { index: 0 } }],
    },
  });
});

Deno.test("a value without an operator is no filter", () => {
  for (const value of ["1", "noop.1", "equal.1", "", "eq", "eq()"]) {
    assert.equal(parseFilter("a", value), undefined, value);
  }
});

Deno.test("a list takes plain and quoted elements", () => {
  const values = (text: string) => {
    const condition = parseFilter("a", `in.${text}`);
    assert.ok(condition?.kind === "filter" && condition.operation.kind === "in");
    return condition.operation.values;
  };
  assert.deepEqual(values('(1,b c,"d,e","f\\"g","h\\\\i",)'), ["1", "b c", "d,e", 'f"g', "h\\i", ""]);
  assert.deepEqual(values("()"), []);
  assert.deepEqual(values('("half"way)'), ['"half"way']);
});

Deno.test("groups nest and negate", () => {
  const condition = parseLogic("or", '(a.eq.1,and(b.gt.2,not.or(c.in.(3,4),d.cs.{5,6})),e.not.eq."7,)")');
  assert.deepEqual(condition, {
    kind: "or",
    negated: false,
    conditions: [
      compare("a", "eq", "1"),
      {
        kind: "and",
        negated: false,
        conditions: [
          compare("b", "gt", "2"),
          {
            kind: "or",
            negated: true,
            conditions: [
              { ...compare("c", "eq", ""), operation: { kind: "in", values: ["3", "4"] } },
              compare("d", "cs", "{5,6}"),
            ],
          },
        ],
      },
      { ...compare("e", "eq", "7,)"), negated: true },
    ],
  });
  assert.equal(parseLogic("not.and", "(a.eq.1,b.eq.2)").negated, true);
});

Deno.test("malformed conditions are refused", () => {
  assert.equal(refused(() => parseFilter("a", "in.1,2")).code, "PGRST100");
  assert.equal(refused(() => parseFilter("a", "in.(1,2")).code, "PGRST100");
  assert.equal(refused(() => parseFilter("a", "is.maybe")).code, "PGRST100");
  assert.equal(refused(() => parseFilter("a->", "eq.1")).code, "PGRST100");
  for (const text of ["", "()", "(a.eq.1", "(a.eq.1))", "(a)", "(a.foo.1)", "(a.eq.1,)"]) {
    assert.equal(refused(() => parseLogic("or", text)).code, "PGRST100", text);
  }
});

Deno.test("a filter on an embedded resource is refused by name", () => {
  const error = refused(() => parseFilter("author.name", "eq.x"));
  assert.equal(error.code, "PGRST108");
  assert.match(error.message, /'author'/);
});

Deno.test("any value survives quoting, alone in a list and inside a group", () => {
  const quote = (value: string) => `"${value.replace(/[\\"]/g, "\\$&")}"`;
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 4 }), (values) => {
      const list = `(${values.map(quote).join(",")})`;
      const alone = parseFilter("a", `in.${list}`);
      const expected = values.length === 1 && values[0] === "" ? [] : values;
      assert.deepEqual(alone?.kind === "filter" && alone.operation, { kind: "in", values: expected });
      const group = parseLogic("and", `(${values.map((value) => `a.eq.${quote(value)}`).join(",")})`);
      assert.deepEqual(
        group.kind === "and" && group.conditions,
        values.map((value) => compare("a", "eq", value)) as Condition[],
      );
    }),
    { numRuns: 50 },
  );
});

Deno.test("whatever a client sends is either parsed or refused, never a crash", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (key, value) => {
    for (const parse of [() => parseFilter(key, value), () => parseLogic("or", value)]) {
      try {
        parse();
      } catch (error) {
        assert.ok(error instanceof RestError, String(error));
      }
    }
  }));
});
