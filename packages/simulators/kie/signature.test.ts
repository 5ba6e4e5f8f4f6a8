import assert from "node:assert/strict";
import { signatureHeaders } from "./signature.ts";

Deno.test("a callback is signed as the test vector says", () => {
  const headers = signatureHeaders(
    "test_kie_hmac_key",
    "e989621f54392584b05867f87b160672",
    new Date(1_755_599_644_987),
  );
  assert.deepEqual(headers, {
    "x-webhook-timestamp": "1755599644",
    "x-webhook-signature": "LJurV8/Z/ZaR0OTW2vKVk/sPNecI2WA1c5PwsjbnLqg=",
  });
});
