/** Whatever an error says, and however it is damaged: it has a class, keeps no key, and only OpenAI's own word ends a request. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { API_KEY } from "../../engine/work_item_fixture.ts";
import { redact } from "../../text/redact.ts";
import { RUNS } from "../kit/webhook_bodies_fixture.ts";
import { failureOf } from "./failures.ts";

const CLASSES = ["never", "backoff", "wait", "pause"];
const words = fc.oneof(
  fc.constantFrom(
    "insufficient_quota",
    "rate_limit_exceeded",
    "server_error",
    "constructor",
    "__proto__",
    "",
  ),
  fc.string(),
  fc.constant(`sk ${API_KEY}`),
);
const field = fc.oneof(words, fc.constant(null), fc.jsonValue());
const body = fc.oneof(
  fc.record({ error: fc.record({ message: field, type: field, code: field }, { requiredKeys: [] }) }),
  fc.record({ error: fc.jsonValue() }),
  fc.jsonValue(),
  fc.constant(undefined),
);

Deno.test("any error has a class; a request is over only below 500, or when OpenAI says that it has not begun", () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 599 }), body, (status, said) => {
      const raw = redact(said ?? "<html>", [API_KEY]);
      const { failure, isAmbiguous, isUnreachable } = failureOf({
        status,
        headers: new Headers(),
        body: said,
        raw,
      });
      assert.ok(CLASSES.includes(failure.retryClass));
      assert.ok(failure.code.length > 0 && failure.message.length > 0);
      assert.ok(!JSON.stringify(failure).includes(API_KEY));
      const isOwnWord = failure.code !== `http_${status}`;
      const isTrouble = status >= 500 || status === 408;
      assert.equal(isUnreachable, isTrouble);
      if (isAmbiguous) assert.ok(isTrouble);
      else assert.ok(!isTrouble || (isOwnWord && failure.retryClass === "wait"));
    }),
    { numRuns: RUNS },
  );
});
