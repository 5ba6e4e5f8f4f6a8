/**
 * Whatever Facebook answers, and however it is damaged: nothing that reads it throws what is no PlatformError, makes a post
 * of what is none, or lets a token out. A thousand bodies each; ten thousand in `npm run test:long`.
 */
import fc from "fast-check";
import assert from "node:assert/strict";
import { inText, inTree } from "../../providers/kit/damage_fixture.ts";
import { isSuccess } from "../graph/failures.ts";
import { graphErrorOf } from "../graph/graph_error.ts";
import { isAppUsedUp } from "../graph/usage.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { graphAnswers, outcome, RUNS } from "../kit/damaged_answers_fixture.ts";
import { ACCESS_TOKEN } from "../kit/work_fixture.ts";
import { PlatformError } from "../platform.ts";
import { committedBy } from "./commit.ts";
import { errorBody } from "../graph/fake_graph.ts";
import { facebookWork, IMAGE, PAGE, PHOTO, POST, reelWork, stateOf, VIDEO } from "./fake_facebook.ts";
import { failureOf } from "./graph.ts";
import { outcomeOfVideo } from "./observe.ts";
import { postsIn } from "./page_posts.ts";
import { pagesIn } from "./pages.ts";
import { lookThrough, outcomeOfCommit } from "./reconcile.ts";
import { likenessOf, likenessOfVideo } from "./same_post.ts";
import { PHASES, readVideo } from "./video_status.ts";
import { refusedUpload, stepAfter } from "./video_upload.ts";

const CLASSES = ["never", "backoff", "wait", "pause", "reconnect", "unknown"];

const TEMPLATES: readonly unknown[] = [
  errorBody(190, 463),
  errorBody(506, 1366051, { error_user_msg: `Posted with ${ACCESS_TOKEN}`, is_transient: true }),
  errorBody(200, undefined, { message: "(#200) Requires pages_manage_posts" }),
  errorBody(6000, 1363030),
  { id: POST },
  { success: true, post_id: POST },
  { debug_info: { retriable: false, type: "ProcessingFailedError", message: `No ${ACCESS_TOKEN}` } },
  stateOf("complete", "complete", "complete", { permalink_url: "/reel/1/", published: true, post_id: 7 }),
  stateOf("complete", "error"),
  {
    id: VIDEO,
    status: {
      video_status: "ready",
      processing_phase: { status: "error", error: { message: ACCESS_TOKEN } },
    },
  },
  {
    data: [
      {
        id: POST,
        message: "Hello",
        created_time: "2026-11-27T03:10:02+0000",
        attachments: { data: [{ media_type: "photo", target: { id: PHOTO } }] },
      },
      { post_id: "1", media_id: PHOTO },
      { id: VIDEO, description: "Hello", title: "The sea" },
    ],
    paging: { cursors: { after: "c" }, next: "https://graph.facebook.com/next" },
  },
  {
    data: [{
      id: PAGE,
      name: "Bakery",
      access_token: "page-token",
      tasks: ["CREATE_CONTENT"],
      picture: { data: { url: "u" } },
    }],
    paging: { cursors: { after: "c" }, next: "https://graph.facebook.com/next" },
  },
  "<html>",
];

const answers = graphAnswers(TEMPLATES);

const check = (property: (answer: PlatformAnswer) => void) => fc.assert(fc.property(answers, property), RUNS);

const TEXT = facebookWork("http://127.0.0.1:9");
const PHOTOS = facebookWork("http://127.0.0.1:9", "facebook_post", {
  media: [IMAGE],
  facts: { photo_0: PHOTO },
});
const REEL = reelWork("http://127.0.0.1:9", { sent: "2026-11-27T03:00:00Z" });
const STORY = facebookWork("http://127.0.0.1:9", "facebook_story", {
  media: [IMAGE],
  facts: { photo_0: PHOTO },
});

Deno.test("any answer that is no success has a class, a code and words, and none of a token", () =>
  check((answer) => {
    for (
      const error of [
        failureOf(answer, TEXT),
        failureOf(answer, TEXT, { isCommit: true }),
        refusedUpload(REEL, answer),
      ]
    ) {
      const { failure, isAmbiguous } = error;
      assert.ok(CLASSES.includes(failure.class), failure.class);
      assert.ok(failure.code !== "" && failure.message !== "" && failure.message.isWellFormed());
      assert.ok(!JSON.stringify([failure, error.message]).includes(ACCESS_TOKEN));
      assert.ok(failure.retryAfterMs === undefined || failure.retryAfterMs > 0);
      assert.equal(failure.class === "unknown", isAmbiguous);
      if (failure.code === "missing_scope") assert.ok(failure.message.includes("Ana's bakery"));
    }
    assert.equal(failureOf(answer, TEXT).isAmbiguous, false);
    if (graphErrorOf(answer.body)?.code === 190) {
      assert.equal(failureOf(answer, TEXT).failure.class, "reconnect");
    }
  }));

Deno.test("a commit names a post only by what Facebook gave with a success, or by what it was of", () =>
  check((answer) => {
    for (const work of [TEXT, PHOTOS, REEL, STORY]) {
      const done = outcome(() => committedBy(work, answer));
      if (done instanceof PlatformError) {
        if (answer.status < 300) assert.ok(done.isAmbiguous || graphErrorOf(answer.body) !== null);
        continue;
      }
      assert.ok(isSuccess(answer) && done.id !== "");
      const { id, post_id, success } = answer.body as Record<string, unknown>;
      const bare = done.id.replace(/^(?:video|photo):/, "");
      assert.ok([id, post_id].map(String).includes(bare) || success === true, done.id);
    }
  }));

Deno.test("a video has phases whatever is said of it, and only Facebook's own words publish or end it", () =>
  check(({ body, raw }) => {
    const status = { ...readVideo(body), message: readVideo(raw).message, raw };
    for (const phase of [status.uploading, status.processing, status.publishing]) {
      assert.ok(PHASES.includes(phase));
    }
    const seen = outcomeOfVideo(VIDEO, status);
    assert.ok(!JSON.stringify(seen).includes(ACCESS_TOKEN));
    const words = JSON.stringify(body) ?? "";
    if (seen.state === "published") assert.match(words, /complete|ready/i);
    if (seen.state === "failed") assert.match(words, /error|expired|failed|draft|false/i);
    const found = outcomeOfCommit(VIDEO, status);
    if (found.state === "there") assert.match(words, /complete|in_progress|ready/i);
    const step = outcome(() => stepAfter(REEL, VIDEO, status, Date.now()));
    if (step instanceof PlatformError) {
      return assert.ok(["already_published"].includes(step.failure.code) || step.failure.class === "never");
    }
    if (step.state === "more") assert.ok((step.seconds ?? 0) >= 0 && (step.seconds ?? 0) <= 60);
    else assert.equal(status.uploading, "complete");
  }));

Deno.test("lists are whole or not there, and what is found in one is in it", () =>
  check((answer) => {
    const read = outcome(() => postsIn(answer));
    if (read instanceof PlatformError) return assert.equal(read.failure.code, "malformed_answer");
    assert.ok(read.nextCursor !== "");
    for (
      const [work, likeness] of [[TEXT, likenessOf], [PHOTOS, likenessOf], [TEXT, likenessOfVideo]] as const
    ) {
      const { proven, same, maybe } = lookThrough(work, { posts: read.posts, clockAheadMs: 0 }, 0, likeness);
      for (const post of [proven, maybe, ...same]) assert.ok(post === null || read.posts.includes(post));
      if (proven) assert.ok(proven.media?.includes(PHOTO));
      for (const post of same) assert.equal(post.text.trim(), "Hello");
    }
  }));

Deno.test("pages are whole or not there, and each has a token of its own", () =>
  check(({ body }) => {
    const tokens = {
      accessToken: ACCESS_TOKEN,
      refreshToken: null,
      expiresIn: 1,
      refreshExpiresIn: null,
      scopes: null,
    };
    const found = pagesIn(body, tokens);
    for (const account of found?.accounts ?? []) {
      assert.ok(account.externalId !== "" && account.tokens?.accessToken);
      assert.ok(!JSON.stringify({ ...account, tokens: null }).includes(ACCESS_TOKEN));
    }
    assert.ok(found?.nextCursor !== "");
  }));

Deno.test("a header of the app's use says yes or no, whatever is in it", () => {
  const usage = JSON.stringify({ call_count: 100, total_time: 25, total_cputime: 25 });
  const headers = fc.array(fc.oneof(inTree, inText), { maxLength: 4 })
    .map((damages) => damages.reduce((text, damage) => damage(text), usage))
    .filter((text) => /^[\x20-\x7e]*$/.test(text));
  fc.assert(
    fc.property(headers, (header) => {
      assert.equal(typeof isAppUsedUp(new Headers({ "x-app-usage": header })), "boolean");
    }),
    RUNS,
  );
});
