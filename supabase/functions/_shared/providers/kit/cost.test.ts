import fc from "fast-check";
import assert from "node:assert/strict";
import { costOf } from "./cost.ts";

Deno.test("an amount is kept as it was told, to the last digit, with its unit", () => {
  for (
    const [told, amount] of [["17", "17"], [17, "17"], ["0.000000125", "0.000000125"], [0, "0"], [
      0.5,
      "0.5",
    ]] as const
  ) {
    assert.deepEqual(costOf(told, "coins"), { cost: { amount, currency: "coins" } });
  }
});

Deno.test("what is no amount is no cost, not one of nothing", () => {
  const told = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      undefined,
      "",
      " 17",
      "-1",
      -1,
      "1e9",
      1e21,
      NaN,
      Infinity,
      "NaN",
      "17 coins",
      "1,5",
      true,
    ),
    fc.object(),
    fc.string().filter((text) => !/^\d/.test(text)),
  );
  fc.assert(fc.property(told, (value) => assert.deepEqual(costOf(value, "coins"), {})));
});
