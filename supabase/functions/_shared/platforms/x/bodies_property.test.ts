/** Whatever X says, and however it is damaged: it is read, sorted and kept; nothing but a PlatformError comes of it. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { answered, assertIsVerdict, bodyOf, outcome, RUNS } from "../kit/damaged_answers_fixture.ts";
import { ACCESS_TOKEN } from "../kit/work_fixture.ts";
import { PlatformError } from "../platform.ts";
import { failureOf } from "./failures.ts";
import { kindOf, readyFact, xWork } from "./fake_x.ts";
import { uploadOf } from "./media_answers.ts";
import { factName } from "./media_facts.ts";
import { tokenFailure } from "./token_calls.ts";
import { committedBy } from "./post.ts";
import { problemOf } from "./problem.ts";
import { lookThrough } from "./reconcile.ts";
import { timelineOf } from "./timeline.ts";

const ID = "1346889436626259968";
const PROBLEMS = [
  {
    title: "Forbidden",
    detail: "You are not allowed to create a Tweet with duplicate content.",
    type: "about:blank",
    status: 403,
  },
  { title: "UsageCapExceeded", detail: "…", type: kindOf("usage-capped"), period: "Monthly" },
  { errors: [{ code: 187, message: "Status is a duplicate." }] },
  {
    errors: [{ parameters: {}, message: "Your media IDs are invalid." }],
    title: "Invalid Request",
    type: kindOf("invalid-request"),
  },
  { error: "invalid_request", error_description: "Value passed for the token was invalid." },
  { title: "Unauthorized", type: "about:blank", status: 401, detail: `Unauthorized ${ACCESS_TOKEN}` },
];
const MADE = {
  data: { id: ID, text: "Hello", edit_history_tweet_ids: [ID] },
  errors: [{ title: "t", detail: "d" }],
};
const UPLOAD = {
  data: {
    id: ID,
    media_key: `3_${ID}`,
    expires_after_secs: 86_400,
    processing_info: { state: "pending", check_after_secs: 1 },
  },
};
const TIMELINE = {
  data: [{
    id: ID,
    text: "Hello https://t.co/abc",
    created_at: "2026-11-27T03:00:00.000Z",
    entities: { urls: [{ url: "https://t.co/abc", expanded_url: "https://a.example/1" }] },
    attachments: { media_keys: [`3_${ID}`] },
    referenced_tweets: [{ type: "replied_to", id: "1" }],
    note_tweet: { text: "Hello" },
  }],
  meta: { result_count: 1, next_token: "n" },
};

const refusals = fc.oneof(bodyOf(...PROBLEMS), fc.json(), fc.string());
const statuses = fc.integer({ min: 300, max: 599 });

Deno.test("any refusal of a post has a class; in doubt is none but what may be there, and all of that", () => {
  fc.assert(
    fc.property(statuses, refusals, fc.constantFrom("commit", "upload", "read"), (status, text, asked) => {
      const error = failureOf(answered(status, text), asked as "commit");
      assertIsVerdict(error, status);
      const { failure, isAmbiguous, isUnreachable } = error;
      const mayBeThere = status < 400 || isUnreachable || failure.code === "duplicate_content";
      assert.equal(isAmbiguous, asked === "commit" && mayBeThere);
      const { retryAfterMs } = failure;
      assert.ok(retryAfterMs === undefined || (retryAfterMs > 0 && retryAfterMs <= 86_400_000));
    }),
    RUNS,
  );
});

Deno.test("any refusal of a token has a class, and only a word about the grant ends a connection", () => {
  fc.assert(
    fc.property(statuses, refusals, (status, text) => {
      const { failure, isAmbiguous } = tokenFailure(answered(status, text), "refresh");
      assert.equal(isAmbiguous, false);
      assert.ok(!JSON.stringify(failure).includes(ACCESS_TOKEN));
      if (failure.class === "reconnect") assert.notEqual(answered(status, text).body, undefined);
      if (status >= 500) assert.equal(failure.class, "wait");
    }),
    RUNS,
  );
});

Deno.test("any answer to a post is a post that it names, or a doubt", () => {
  const work = xWork("http://127.0.0.1:9");
  fc.assert(
    fc.property(fc.constantFrom(200, 201), bodyOf(MADE), (status, text) => {
      const read = outcome(() => committedBy(work, answered(status, text)));
      if (read instanceof PlatformError) {
        return assert.deepEqual([read.isAmbiguous, read.failure.class], [true, "unknown"]);
      }
      assert.ok(read.id.length > 0 && JSON.stringify(JSON.parse(text)).length > 0);
      assert.equal(read.state, "published");
      assert.ok((read.warnings ?? []).every(({ message }) => message.length <= 500));
    }),
    RUNS,
  );
});

Deno.test("any answer about an upload is an upload, asked after within a minute, or a failure that is tried again", () => {
  fc.assert(
    fc.property(bodyOf(UPLOAD), (text) => {
      const read = outcome(() => uploadOf(answered(200, text), 0));
      if (read instanceof PlatformError) return assert.equal(read.failure.code, "malformed_answer");
      assert.ok(["ready", "processing", "failed"].includes(read.state));
      assert.ok(read.checkAfter >= 1 && read.checkAfter <= 60);
      assert.ok(read.goodUntil === null || Date.parse(read.goodUntil) > 0);
    }),
    RUNS,
  );
});

Deno.test("any timeline is read, or is none; what is found in it is in it", () => {
  const files = [{ name: "a", size: 3, type: "image/png", path: "a" }];
  const work = xWork("", { content: { mediaFiles: files }, facts: { [factName(0)]: readyFact(ID) } });
  fc.assert(
    fc.property(bodyOf(TIMELINE, TIMELINE, { meta: { result_count: 0 } }), (text) => {
      const read = outcome(() => timelineOf(answered(200, text)));
      if (read instanceof PlatformError) return assert.equal(read.failure.code, "malformed_answer");
      const { ours, maybe } = lookThrough(work, { posts: read.posts, clockAheadMs: 0 }, 0);
      for (const found of [ours, maybe]) assert.ok(found === null || read.posts.includes(found));
    }),
    RUNS,
  );
});

Deno.test("an undamaged timeline has the post, to the last digit", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 10n ** 15n, max: 10n ** 19n - 1n }), fc.boolean(), (id, isBare) => {
      const text = JSON.stringify(TIMELINE).replaceAll(
        isBare ? `"id":"${ID}"` : ID,
        isBare ? `"id":${id}` : `${id}`,
      );
      assert.equal(timelineOf(answered(200, text)).posts[0]?.id, `${id}`);
    }),
    RUNS,
  );
});

Deno.test("a problem is read whatever it is", () => {
  fc.assert(
    fc.property(refusals, (text) => {
      const { words, message } = problemOf(answered(400, text));
      assert.equal(typeof words, "string");
      assert.ok(message === null || message.length > 0);
    }),
    RUNS,
  );
});
