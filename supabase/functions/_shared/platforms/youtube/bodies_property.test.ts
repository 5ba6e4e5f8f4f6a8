/** Whatever Google says, and however it is damaged: it is read, sorted and kept; nothing but a PlatformError comes of it. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { tryParseJson } from "../../text/json.ts";
import { answered, assertIsVerdict, bodyOf, outcome, RUNS } from "../kit/damaged_answers_fixture.ts";
import { ACCESS_TOKEN } from "../kit/work_fixture.ts";
import { PlatformError } from "../platform.ts";
import { committedBy } from "./commit.ts";
import { failureOf } from "./failures.ts";
import { CHANNEL, VIDEO_ID, videoAs, youtubeWork } from "./fake_youtube.ts";
import { channelsIn } from "./oauth.ts";
import { observedBy } from "./observe.ts";
import { problemOf } from "./problem.ts";
import { openSessionOf } from "./session.ts";
import { heardOf } from "./session_calls.ts";
import { tokenFailure, tokensOf } from "./token_calls.ts";
import { isAlike, uploadsIn } from "./uploads.ts";
import { videoStatusIn } from "./video_status.ts";

const errorAs = (reason: string, more: Record<string, unknown> = {}) => ({
  error: {
    code: 403,
    message: `No ${ACCESS_TOKEN}`,
    errors: [{ domain: "youtube", reason, message: "No" }],
    ...more,
  },
});
const PROBLEMS = [
  errorAs("quotaExceeded"),
  errorAs("uploadLimitExceeded"),
  errorAs("forbidden", {
    status: "PERMISSION_DENIED",
    details: [{
      "@type": "x",
      reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
      metadata: { quota_limit: "PerDay" },
    }],
  }),
  errorAs("authError", { status: "UNAUTHENTICATED" }),
  { error: "invalid_grant", error_description: `Token has been expired or revoked. ${ACCESS_TOKEN}` },
];
const CHANNELS = {
  items: [{
    id: CHANNEL,
    snippet: { title: "Ana", thumbnails: { default: { url: "https://yt3.example/a" } } },
  }],
  nextPageToken: "n",
};
const UPLOADS = {
  items: [{
    snippet: {
      title: "A day by the sea",
      description: "A day by the sea\nand a night",
      publishedAt: "2026-11-27T12:00:00Z",
    },
    contentDetails: { videoId: VIDEO_ID },
  }],
  nextPageToken: "n",
};
const VIDEOS = {
  items: [{
    ...videoAs("rejected", { rejectionReason: "copyright" }),
    processingDetails: { processingStatus: "failed", processingFailureReason: "other" },
  }],
};

const refusals = fc.oneof(bodyOf(...PROBLEMS), fc.json(), fc.string());
const statuses = fc.integer({ min: 300, max: 599 });
const facts = {
  session: {
    ...{ uri: "https://www.googleapis.com/u", bytes: 100, sent: 60, session: 1, stalls: 0 },
    ...{ first_at: "2026-11-27T12:00:00Z", begun_at: "2026-11-27T12:00:00Z" },
  },
};
const work = youtubeWork("http://127.0.0.1:9", { facts });
const session = openSessionOf(work) ?? assert.fail("the facts are a session");

Deno.test("any refusal has a class; in doubt is the last piece alone, and all that may have gone through", () => {
  const asks = fc.constantFrom("session", "piece", "commit", "thumbnail", "read");
  fc.assert(
    fc.property(statuses, refusals, asks, (status, text, asked) => {
      const error = failureOf(answered(status, text), asked as "commit");
      assertIsVerdict(error, status);
      const { failure, isAmbiguous, isUnreachable } = error;
      const { retryAfterMs = 1 } = failure;
      assert.ok(retryAfterMs > 0 && retryAfterMs <= 26 * 3_600_000);
      if (asked !== "commit") assert.equal(isAmbiguous, false);
      else if (failure.code !== "missing_scope") {
        assert.equal(isAmbiguous, status < 400 || isUnreachable || status === 409);
      }
    }),
    RUNS,
  );
});

Deno.test("any answer to the last piece is a video that it names, a doubt, or a sure no", () => {
  const ranges = fc.oneof(
    fc.nat(120).map((last) => `bytes=0-${last}`),
    fc.constantFrom("", "bytes=5-9", "0-10", "bytes 0-10", "bytes=0-99999999999999999999"),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(200, 201, 308, 404, 410),
      bodyOf(videoAs("uploaded")),
      ranges,
      fc.boolean(),
      (status, text, range, isSecond) => {
        const answer = answered(status, text, range === "" ? {} : { range });
        const committedAt = isSecond ? "2026-11-27T12:00:00Z" : null;
        const read = outcome(() => committedBy({ ...work, committedAt }, session, answer));
        if (!(read instanceof PlatformError)) {
          assert.ok(status < 300 && read.id.length > 0 && read.state === "processing");
          return;
        }
        assert.equal(read.isAmbiguous, read.failure.class === "unknown");
        if (status < 300) assert.equal(read.isAmbiguous, true);
        const heard = heardOf(answer, session.bytes);
        if (heard.is === "open") assert.equal(read.isAmbiguous, heard.sent >= session.bytes);
        if (heard.is === "gone") assert.equal(read.isAmbiguous, isSecond);
      },
    ),
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

Deno.test("any answer with tokens gives an access that is not empty, or a failure that is tried again", () => {
  const given = { access_token: "ya29.a", refresh_token: "1//b", expires_in: 3599, scope: "a b" };
  fc.assert(
    fc.property(bodyOf(given), (text) => {
      const read = outcome(() => tokensOf(answered(200, text)));
      if (read instanceof PlatformError) return assert.equal(read.failure.class, "backoff");
      assert.ok(read.accessToken.length > 0 && read.refreshToken !== "");
      assert.ok(read.expiresIn === null || read.expiresIn > 0);
    }),
    RUNS,
  );
});

Deno.test("any list of channels, uploads or videos is read, or is none", () => {
  fc.assert(
    fc.property(fc.oneof(bodyOf(CHANNELS, UPLOADS, VIDEOS), fc.json()), fc.nat(2_000), (text, seconds) => {
      const body = tryParseJson(text);
      for (const { externalId } of channelsIn(body)?.accounts ?? []) assert.ok(externalId.length > 0);
      for (const upload of uploadsIn(body)?.uploads ?? []) {
        assert.ok(upload.id.length > 0 && !Number.isNaN(upload.at));
        if (isAlike(work, upload)) assert.equal(upload.title.trim(), "A day by the sea");
      }
      const status = videoStatusIn(body, VIDEO_ID);
      if (status === null) return;
      const observed = observedBy({ ...status, raw: null }, seconds);
      assert.ok(["published", "processing", "failed", "unknown"].includes(observed.state));
      if (observed.state === "failed") assert.equal(observed.failure.class, "never");
    }),
    RUNS,
  );
});

Deno.test("a problem is read whatever it is", () => {
  fc.assert(
    fc.property(refusals, (text) => {
      const { message, reason } = problemOf(answered(400, text));
      assert.ok(message === null || message.length > 0);
      assert.ok(reason === null || reason.length > 0);
    }),
    RUNS,
  );
});
