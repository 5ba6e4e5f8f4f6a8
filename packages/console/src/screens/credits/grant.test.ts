import { expect, test } from "vitest";
import { newReference, refusedOf } from "./grant.ts";

test("a refusal belongs to the field that its hint names", () => {
  expect(refusedOf({ hint: "description" })).toEqual({ field: "description", amount: null });
  expect(refusedOf({ hint: '{"field": "amount", "maximum": 100000}' })).toEqual({
    field: "amount",
    amount: "100000",
  });
  expect(refusedOf({ hint: '{"field": "reference", "amount": 5}' })).toEqual({
    field: "reference",
    amount: "5",
  });
  expect(refusedOf({ hint: "user_id" })).toEqual({ field: null, amount: null });
  expect(refusedOf({ hint: null })).toEqual({ field: null, amount: null });
});

test("the most that can be granted is exact, however large", () => {
  expect(refusedOf({ hint: '{"field": "amount", "maximum": 9007199254740993}' }).amount).toBe(
    "9007199254740993",
  );
});

test("no reference comes twice", () => {
  const references = new Set(Array.from({ length: 1_000 }, newReference));
  expect(references.size).toBe(1_000);
  for (const reference of references) expect(reference).toMatch(/^console-[0-9a-f]{18}$/);
});
