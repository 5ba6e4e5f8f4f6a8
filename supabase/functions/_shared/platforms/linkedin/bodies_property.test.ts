/** Whatever LinkedIn says, and however it is damaged: it is read, sorted and kept; nothing but a PlatformError comes of it. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { answered, assertIsVerdict, bodyOf, outcome, RUNS } from "../kit/damaged_answers_fixture.ts";
import { ACCESS_TOKEN } from "../kit/work_fixture.ts";
import { PlatformError } from "../platform.ts";
import { linkedInWork, ORGANIZATION } from "./fake_linkedin.ts";
import { failureOf } from "./failures.ts";
import { begunBy, stateOf } from "./media_answers.ts";
import { committedBy } from "./post.ts";
import { postsOf } from "./posts_of.ts";
import { problemOf } from "./problem.ts";
import { lookThrough } from "./reconcile.ts";
import { tokenFailure, tokensOf } from "./token_calls.ts";

const PROBLEMS = [
  { status: 426, code: "NONEXISTENT_VERSION", message: "Requested version 20240101 is not active" },
  { status: 401, serviceErrorCode: 65601, code: "REVOKED_ACCESS_TOKEN", message: `Revoked ${ACCESS_TOKEN}` },
  {
    errorDetailType: "com.linkedin.common.error.BadRequest",
    message:
      "com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of urn:li:share:7",
    errorDetails: {
      inputErrors: [{ description: "Duplicate post is detected", input: {}, code: "DUPLICATE_POST" }],
    },
    status: 422,
  },
  {
    serviceErrorCode: 101,
    message: "Resource level throttle MEMBER DAY limit for calls to this resource is reached.",
  },
  { error: "invalid_grant", error_description: "The provided authorization grant is invalid" },
];
const BEGUN = {
  value: {
    video: "urn:li:video:C4x",
    uploadToken: "",
    uploadUrlsExpireAt: 1_700_000_000_000,
    uploadInstructions: [
      { uploadUrl: "https://www.linkedin.com/dms-uploads/1", firstByte: 0, lastByte: 4_194_303 },
      { uploadUrl: "https://www.linkedin.com/dms-uploads/2", firstByte: 4_194_304, lastByte: 4_194_309 },
    ],
  },
};
const POSTS = {
  elements: [{
    id: "urn:li:share:7141138937766391808",
    author: ORGANIZATION,
    commentary: "Hello",
    lifecycleState: "PUBLISHED",
    createdAt: 1_700_000_000_000,
    content: { media: { id: "urn:li:image:C4x" }, multiImage: { images: [{ id: "urn:li:image:C4y" }] } },
  }],
  paging: { start: 0, count: 100 },
};
const TOKENS = {
  access_token: "AQx",
  expires_in: 5_184_000,
  refresh_token: "AQy",
  refresh_token_expires_in: 1,
  scope: "a,b",
};
const STATUS = { id: "urn:li:video:C4x", status: "PROCESSING_FAILED", processingFailureReason: "Too long" };

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

Deno.test("any answer with tokens has one, or is none", () => {
  fc.assert(
    fc.property(bodyOf(TOKENS), (text) => {
      const read = outcome(() => tokensOf(answered(200, text)));
      if (read instanceof PlatformError) return assert.equal(read.failure.code, "malformed_answer");
      assert.ok(read.accessToken.length > 0 && read.refreshToken !== "");
      assert.ok(read.refreshToken !== null || read.refreshExpiresIn === null);
    }),
    RUNS,
  );
});

Deno.test("any success names a post in its header, or is in doubt", () => {
  const names = fc.oneof(
    fc.constantFrom("urn:li:share:1", "urn:li:ugcPost:7141138937766391808"),
    fc.string(),
  );
  fc.assert(
    fc.property(names, fc.string(), (name, text) => {
      const headers = new Headers();
      try {
        headers.set("x-restli-id", name);
      } catch {
        return; // no server can say that
      }
      const read = outcome(() => committedBy({ headers, raw: text }));
      if (read instanceof PlatformError) {
        return assert.deepEqual([read.isAmbiguous, read.failure.class], [true, "unknown"]);
      }
      assert.equal(read.id, name.trim());
      assert.equal(read.permalink, `https://www.linkedin.com/feed/update/${read.id}`);
    }),
    RUNS,
  );
});

Deno.test("any parts that are sent are all of the file, each byte once, to LinkedIn alone", () => {
  const about = {
    app: linkedInWork("http://127.0.0.1:9").app,
    kind: "video",
    bytes: 4_194_310,
    now: 0,
  } as const;
  fc.assert(
    fc.property(bodyOf(BEGUN), (text) => {
      const read = outcome(() => begunBy(answered(200, text), about));
      if (read instanceof PlatformError) return assert.equal(read.failure.code, "malformed_answer");
      let at = 0;
      for (const { from, to, url } of read.parts) {
        assert.ok(from === at && to > from);
        assert.match(new URL(url).hostname, /(?:^|\.)linkedin\.com$/);
        at = to;
      }
      assert.equal(at, about.bytes);
      assert.ok(Date.parse(read.goodUntil) >= 0);
    }),
    RUNS,
  );
});

Deno.test("any state is ready, failed, or asked after again", () => {
  fc.assert(
    fc.property(fc.oneof(bodyOf(STATUS), fc.json()), (text) => {
      assert.ok(["ready", "processing", "failed"].includes(stateOf(answered(200, text)).state));
    }),
    RUNS,
  );
});

Deno.test("any list of posts is read, or is none; what is found in it is in it", () => {
  const work = linkedInWork("");
  fc.assert(
    fc.property(bodyOf(POSTS, POSTS, { elements: [] }), (text) => {
      const read = outcome(() => postsOf(answered(200, text), ORGANIZATION));
      if (read instanceof PlatformError) return assert.equal(read.failure.code, "malformed_answer");
      const { ours, maybe } = lookThrough(work, read.posts, 0);
      for (const found of [ours, maybe]) assert.ok(found === null || read.posts.includes(found));
    }),
    RUNS,
  );
});

Deno.test("a problem is read whatever it is", () => {
  fc.assert(
    fc.property(statuses, refusals, (status, text) => {
      const { codes, message } = problemOf(answered(status, text));
      assert.ok(codes.every((code) => code.length > 0));
      assert.ok(message === null || message.length > 0);
    }),
    RUNS,
  );
});
