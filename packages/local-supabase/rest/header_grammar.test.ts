import assert from "node:assert/strict";
import { negotiateMediaType } from "./media_type.ts";
import { parsePreferences } from "./preferences.ts";
import { RestError } from "./rest_error.ts";

Deno.test("preferences come in one header, in any order, the first of a kind counting", () => {
  assert.deepEqual(
    parsePreferences(
      "count=exact,return=representation, resolution=ignore-duplicates,missing=default,return=minimal",
    ),
    {
      returned: "representation",
      count: true,
      resolution: "ignore",
      missingAsDefault: true,
      maxAffected: null,
    },
  );
  assert.deepEqual(parsePreferences(null), {
    returned: null,
    count: false,
    resolution: null,
    missingAsDefault: false,
    maxAffected: null,
  });
});

Deno.test("strict handling refuses unknown preferences and makes max-affected count", () => {
  assert.equal(parsePreferences("max-affected=3").maxAffected, null);
  assert.equal(parsePreferences("handling=strict,max-affected=3").maxAffected, 3);
  assert.equal(parsePreferences("anything, handling=lenient").count, false);
  assert.throws(
    () => parsePreferences("handling=strict, anything"),
    (error) => error instanceof RestError && error.code === "PGRST122",
  );
});

Deno.test("the first media type that can be produced is taken", () => {
  assert.equal(negotiateMediaType(null).contentType, "application/json; charset=utf-8");
  assert.equal(negotiateMediaType("application/geo+json, text/csv").shape, "csv");
  assert.equal(negotiateMediaType("application/vnd.pgrst.object").shape, "object");
  assert.deepEqual(negotiateMediaType("application/vnd.pgrst.object+json;nulls=stripped"), {
    shape: "object",
    stripNulls: true,
    contentType: "application/vnd.pgrst.object+json;nulls=stripped; charset=utf-8",
  });
  assert.throws(
    () => negotiateMediaType("application/geo+json"),
    (error) => error instanceof RestError && error.status === 406 && error.code === "PGRST107",
  );
});
