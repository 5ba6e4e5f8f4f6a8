/** Whatever TikTok says, and however it is damaged: it is read, sorted and kept; nothing but a PlatformError comes of it. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { answered, bodyOf, outcome, RUNS } from "../kit/damaged_answers_fixture.ts";
import { ACCESS_TOKEN } from "../kit/work_fixture.ts";
import { PlatformError } from "../platform.ts";
import { photosTakenBy, takenBy } from "./commit.ts";
import { failureOf } from "./failures.ts";
import { creatorInfo, ok, POST_ID, PUBLISH_ID, statusOf, uploadFact, videoWork } from "./fake_tiktok.ts";
import type { Asked } from "./limits.ts";
import { observedBy } from "./observe.ts";
import { problemOf } from "./problem.ts";
import { standingOf, statusOf as readStatus } from "./status.ts";
import { tokenFailure, tokensOf } from "./token_calls.ts";

const error = (code: string, message = "") => ({ data: {}, error: { code, message, log_id: "1" } });
const PROBLEMS = [
  error("rate_limit_exceeded"),
  error("internal_error", "Try again later"),
  error("spam_risk_too_many_posts"),
  error("scope_not_authorized", `${ACCESS_TOKEN} lacks it`),
  error("access_token_invalid"),
  { error: "invalid_grant", error_description: `Refresh token ${ACCESS_TOKEN} is invalid`, log_id: "1" },
];
const STATUSES = [
  statusOf("PUBLISH_COMPLETE", { publicaly_available_post_id: [POST_ID] }),
  statusOf("PROCESSING_UPLOAD", { uploaded_bytes: 5_767_168 }),
  statusOf("FAILED", { fail_reason: "internal" }),
  statusOf("SEND_TO_USER_INBOX"),
];
const TOKENS = {
  access_token: "act.1",
  expires_in: 7200,
  refresh_token: "rft.1",
  refresh_expires_in: 1,
  scope: "a,b",
};

const refusals = fc.oneof(bodyOf(...PROBLEMS), fc.json(), fc.string());
const statuses = fc.integer({ min: 300, max: 599 });
const asked = fc.constantFrom<Asked>("commit", "init", "creator", "status", "user");

Deno.test("any refusal has a class; in doubt is none but a commit that may be there", () => {
  fc.assert(
    fc.property(statuses, refusals, asked, (status, text, asked) => {
      const { failure, isAmbiguous, isUnreachable } = failureOf(answered(status, text), {
        asked,
        scope: "s",
      });
      assert.ok(["never", "backoff", "wait", "pause", "reconnect", "unknown"].includes(failure.class));
      assert.ok(failure.code.length > 0 && failure.message.length > 0);
      assert.ok(!JSON.stringify(failure).includes(ACCESS_TOKEN));
      assert.equal(isUnreachable, status >= 500 || status === 408);
      assert.equal(isAmbiguous, failure.class === "unknown");
      if (isAmbiguous) assert.equal(asked, "commit");
      if (isUnreachable && asked === "commit") assert.ok(isAmbiguous);
      const { retryAfterMs } = failure;
      assert.ok(retryAfterMs === undefined || (retryAfterMs > 0 && retryAfterMs <= 86_400_000));
    }),
    RUNS,
  );
});

Deno.test("any answer about tokens is tokens, or a failure, and only a word about the grant ends a connection", () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), fc.oneof(bodyOf(TOKENS), refusals), (status, text) => {
      const read = outcome(() => tokensOf(answered(status, text), "refresh"));
      if (!(read instanceof PlatformError)) return assert.ok(read.accessToken.length > 0);
      assert.equal(read.isAmbiguous, false);
      assert.ok(!JSON.stringify(read.failure).includes(ACCESS_TOKEN));
      if (read.failure.class === "reconnect") assert.notEqual(problemOf(answered(status, text)).oauth, null);
      if (status >= 500) assert.equal(tokenFailure(answered(status, text), "refresh").failure.class, "wait");
    }),
    RUNS,
  );
});

Deno.test("any answer to photos names them, refuses them, or leaves a doubt", () => {
  fc.assert(
    fc.property(bodyOf(ok({ publish_id: PUBLISH_ID }), ...PROBLEMS), (text) => {
      const read = outcome(() => photosTakenBy(answered(200, text), false));
      if (!(read instanceof PlatformError)) return assert.ok(read.id.length > "publish:".length);
      const code = problemOf(answered(200, text)).code;
      // Whatever is no refusal by its own word may have been taken.
      if (code === null || code === "ok") {
        assert.deepEqual([read.isAmbiguous, read.failure.class], [true, "unknown"]);
      }
    }),
    RUNS,
  );
});

Deno.test("any answer to a last part is the post, a refusal, or a doubt", () => {
  const fact = uploadFact("http://127.0.0.1:9", { sent: 5_767_168 });
  const range = fc.oneof(
    fc.constantFrom(`bytes 0-${fact.bytes}/${fact.bytes}`, "bytes 0-5/6", ""),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), range, fc.string(), (status, range, text) => {
      const headers: Record<string, string> = /^[\x20-\x7e]*$/.test(range) ? { "content-range": range } : {};
      const read = outcome(() => takenBy(fact, answered(status, text, headers)));
      if (read instanceof PlatformError) {
        return assert.deepEqual([read.isAmbiguous, status < 400 || status === 408 || status >= 500], [
          true,
          true,
        ]);
      }
      if (read === null) return assert.ok(status >= 400 && status < 500);
      assert.ok(status < 500 && read.id === `publish:${PUBLISH_ID}`);
    }),
    RUNS,
  );
});

Deno.test("any state is read, and of a post nothing is said that TikTok has not", () => {
  const work = videoWork("http://127.0.0.1:9", {
    committedAt: "2026-11-27T00:00:00Z",
    facts: { creator: { username: "ana" } },
  });
  fc.assert(
    fc.property(bodyOf(...STATUSES), (text) => {
      const read = outcome(() => readStatus(answered(200, text), false));
      if (read instanceof PlatformError) {
        return assert.ok(["never", "backoff", "wait", "reconnect"].includes(read.failure.class));
      }
      const seen = observedBy(work, read, Date.parse("2026-11-27T01:00:00Z"));
      const word = {
        published: ["PUBLISH_COMPLETE"],
        failed: ["FAILED"],
        unknown: ["SEND_TO_USER_INBOX"],
        processing: null,
      }[seen.state];
      assert.ok(word === null || word.includes(read.word ?? ""));
      assert.ok(["whole", "missing", "failed", "unknown"].includes(standingOf(read, 11_534_336)));
      assert.ok(seen.state !== "published" || seen.postId === null || text.includes(seen.postId));
    }),
    RUNS,
  );
});

Deno.test("an id is kept to its last digit, as a number or as a text", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 10n ** 15n, max: 2n ** 63n - 1n }), fc.boolean(), (id, isBare) => {
      const text = JSON.stringify(STATUSES[0]).replace(isBare ? `"${POST_ID}"` : POST_ID, `${id}`);
      assert.equal(readStatus(answered(200, text), false).postId, `${id}`);
    }),
    RUNS,
  );
});

Deno.test("what an account may choose is read whatever it is", () => {
  fc.assert(
    fc.property(fc.oneof(bodyOf(creatorInfo()), refusals), (text) => {
      const { code, message } = problemOf(answered(400, text));
      assert.ok((code === null || code.length > 0) && (message === null || message.length > 0));
    }),
    RUNS,
  );
});
