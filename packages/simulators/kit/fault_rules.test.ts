import assert from "node:assert/strict";
import { z } from "zod";
import { FaultBook, faultRuleSchema } from "./fault_rules.ts";

type Fault = { kind: "slow"; ms: number } | { kind: "lost" };

Deno.test("a rule without `contains` and `times` strikes every time", () => {
  const book = new FaultBook<Fault>();
  book.add({ fault: { kind: "lost" } });
  for (let n = 0; n < 5; n++) assert.deepEqual(book.take("lost", []), { kind: "lost" });
});

Deno.test("a rule strikes `times` times, then the next of its kind has its turn", () => {
  const book = new FaultBook<Fault>();
  book.add({ times: 2, fault: { kind: "slow", ms: 1 } });
  book.add({ times: 1, fault: { kind: "slow", ms: 2 } });
  const taken = Array.from({ length: 4 }, () => book.take("slow", [])?.ms);
  assert.deepEqual(taken, [1, 1, 2, undefined]);
});

Deno.test("a rule that does not match is not used up", () => {
  const book = new FaultBook<Fault>();
  book.add({ contains: "red", times: 1, fault: { kind: "lost" } });
  assert.equal(book.take("lost", ["blue", "green"]), undefined);
  assert.equal(book.take("slow", ["a red cat"]), undefined);
  assert.deepEqual(book.take("lost", ["blue", "a red cat"]), { kind: "lost" });
  assert.equal(book.take("lost", ["a red cat"]), undefined);
});

Deno.test("`applies` chooses among rules of one kind without using the others up", () => {
  const book = new FaultBook<Fault>();
  book.add({ times: 1, fault: { kind: "slow", ms: 1 } });
  book.add({ times: 1, fault: { kind: "slow", ms: 2 } });
  assert.equal(book.take("slow", [], (fault) => fault.ms === 2)?.ms, 2);
  assert.equal(book.take("slow", [])?.ms, 1);
});

Deno.test("with `per: text` each text that matches has strikes of its own", () => {
  const book = new FaultBook<Fault>();
  book.add({ contains: "red", times: 1, per: "text", fault: { kind: "lost" } });
  const struck = (...texts: string[]) => book.take("lost", texts) !== undefined;
  assert.deepEqual(
    [struck("a red cat"), struck("a red cat"), struck("a red dog"), struck("x", "a red dog")],
    [
      true,
      false,
      true,
      false,
    ],
  );
});

Deno.test("a cleared book lets nothing go wrong", () => {
  const book = new FaultBook<Fault>();
  book.add({ fault: { kind: "lost" } });
  book.clear();
  assert.equal(book.take("lost", []), undefined);
});

Deno.test("the schema of a rule refuses unknown keys, empty `contains` and `times` below one", () => {
  const schema = faultRuleSchema(z.strictObject({ kind: z.literal("lost") }));
  const fault = { kind: "lost" };
  assert.ok(schema.safeParse({ contains: "x", times: 3, fault }).success);
  for (
    const bad of [{ fault, time: 1 }, { fault, contains: "" }, { fault, times: 0 }, { fault, times: 1.5 }, {
      fault,
      per: "text",
    }, {}]
  ) {
    assert.equal(schema.safeParse(bad).success, false, JSON.stringify(bad));
  }
});
