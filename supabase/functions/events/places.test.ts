import assert from "node:assert/strict";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import { Places } from "./places.ts";

const isTooMany = (error: unknown) =>
  error instanceof EsteiraError && error.code === "too_many_streams" && error.details.limit === 2;

Deno.test("each user has so many places, and no more", () => {
  const places = new Places();
  places.take("ana", 2);
  places.take("ana", 2);
  assert.throws(() => places.take("ana", 2), isTooMany);
  places.take("bo", 2);
});

Deno.test("a place that is given back is free, once", () => {
  const places = new Places();
  const giveBack = places.take("ana", 2);
  places.take("ana", 2);
  giveBack();
  giveBack();
  places.take("ana", 2);
  assert.throws(() => places.take("ana", 2), isTooMany);
});
