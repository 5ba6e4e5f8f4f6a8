/**
 * Whatever Threads answers, and however it is damaged: nothing that reads it throws what is no PlatformError, makes a post
 * of what is none, or lets a token out. A thousand bodies each; ten thousand in `npm run test:long`.
 */
import fc from "fast-check";
import assert from "node:assert/strict";
import { CONTAINER_STATES } from "../graph/containers/container_status.ts";
import { limitIn } from "../graph/containers/publishing_limit.ts";
import { errorBody } from "../graph/fake_graph.ts";
import { isSuccess } from "../graph/failures.ts";
import { graphErrorOf } from "../graph/graph_error.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { graphAnswers, outcome, RUNS } from "../kit/damaged_answers_fixture.ts";
import { ACCESS_TOKEN } from "../kit/work_fixture.ts";
import { PlatformError } from "../platform.ts";
import { accountIn, grantedIn } from "./accounts.ts";
import { reasonIn } from "./container_reasons.ts";
import { committedBy, outcomeOf, readStatus, stepAfter } from "./containers.ts";
import { CONTAINER, IMAGE, POST, threadsWork, USER } from "./fake_threads.ts";
import { failureOf, recreateAfterOf, tokensIn } from "./graph.ts";

const CLASSES = ["never", "backoff", "wait", "pause", "reconnect", "unknown"];

const TEMPLATES: readonly unknown[] = [
  errorBody(190, 463),
  errorBody(24, 4279009, { error_user_title: "Media Not Found", error_user_msg: `No ${ACCESS_TOKEN}` }),
  errorBody(1, 2207052, { is_transient: true }),
  errorBody("THREADS_API__LINK_LIMIT_EXCEEDED"),
  errorBody(100, undefined, { message: "THREADS_API__LINK_LIMIT_EXCEEDED" }),
  { error_type: "OAuthException", code: 400, error_message: `Bad ${ACCESS_TOKEN}` },
  { id: POST },
  { status: "FINISHED", id: CONTAINER },
  { status: "ERROR", error_message: "FAILED_DOWNLOADING_VIDEO", id: CONTAINER },
  { status: "ERROR", error_message: "UNKNOWN", id: CONTAINER },
  { status: "ERROR", error_message: `Error code 2207082 ${ACCESS_TOKEN}`, id: CONTAINER },
  { status: "PUBLISHED", id: CONTAINER },
  { data: [{ quota_usage: 4, config: { quota_total: 250, quota_duration: 86400 }, reply_quota_usage: 1 }] },
  { access_token: ACCESS_TOKEN, token_type: "bearer", expires_in: 5183944 },
  { access_token: ACCESS_TOKEN, user_id: USER },
  { id: USER, username: "ana", threads_profile_picture_url: "https://img.example/ana" },
  { data: { is_valid: true, scopes: ["threads_basic"], user_id: USER } },
  { permalink: "https://www.threads.net/@ana/post/abc" },
  "<html>",
];

const answers = graphAnswers(TEMPLATES);

const check = (property: (answer: PlatformAnswer) => void) => fc.assert(fc.property(answers, property), RUNS);

Deno.test("any answer that is no success has a class, a code and words, and none of a token", () =>
  check((answer) => {
    for (const isCommit of [false, true]) {
      const error = failureOf(answer, { isCommit });
      const { failure, isAmbiguous } = error;
      assert.ok(CLASSES.includes(failure.class), failure.class);
      assert.ok(failure.code !== "" && failure.message !== "" && failure.message.isWellFormed());
      assert.ok(!JSON.stringify([failure, error.message]).includes(ACCESS_TOKEN));
      assert.ok(failure.retryAfterMs === undefined || failure.retryAfterMs > 0);
      assert.equal(failure.class === "unknown", isAmbiguous);
      if (isAmbiguous) assert.ok(isCommit);
      if (graphErrorOf(answer.body)?.code === 190) assert.equal(failure.class, "reconnect");
    }
    // Of those that another container is made for, one alone is a refusal for certain.
    const before = failureOf(answer);
    if (recreateAfterOf(before.failure) !== undefined && !before.failure.code.endsWith("/4279009")) {
      assert.ok(failureOf(answer, { isCommit: true }).isAmbiguous);
    }
  }));

Deno.test("a commit names a post only by an id that Threads gave with a success, and says facts of one code alone", () =>
  check((answer) => {
    const done = outcome(() => committedBy(answer));
    if (done instanceof PlatformError) {
      if (answer.status < 300) assert.ok(done.isAmbiguous || graphErrorOf(answer.body) !== null);
      const { facts, failure } = done;
      assert.equal(Object.keys(facts).length > 0, failure.code.endsWith("/4279009") && !done.isUnreachable);
      return;
    }
    assert.ok(isSuccess(answer));
    assert.equal(String((answer.body as { id: unknown }).id), done.id);
    assert.ok(done.id !== "");
  }));

Deno.test("a container has a state whatever is said of it, and only Threads' own words publish or end it", () =>
  check(({ body, raw }) => {
    const status = { ...readStatus(body), raw };
    assert.ok(CONTAINER_STATES.includes(status.state));
    const word = (body as { status?: unknown } | undefined)?.status;
    if (status.state !== "unknown") assert.equal(String(word).toLowerCase(), status.state);
    const found = outcomeOf(CONTAINER, status);
    assert.equal(found.state === "there", status.state === "published");
    const work = threadsWork("http://127.0.0.1:9", { media: [IMAGE], facts: { container: CONTAINER } });
    const step = outcome(() =>
      stepAfter(work, { act: "ask", part: "container", index: null, id: CONTAINER }, status, Date.now())
    );
    if (step instanceof PlatformError) {
      assert.ok(status.state === "published" || status.state === "error");
      assert.equal(step.isAmbiguous, status.state === "published");
      assert.ok(!step.failure.message.includes("UNKNOWN"));
      return;
    }
    assert.equal(step.state, "more", "two seconds are left to what was finished just now");
    if (step.state === "more") assert.ok((step.seconds ?? 0) >= 0 && (step.seconds ?? 0) <= 120);
  }));

Deno.test("any words for why a container failed have a code, or none, in time", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[A-Z_0-9]{0,80}$/)),
      (message) => {
        const reason = reasonIn(message);
        assert.ok(reason === null || (reason !== "UNKNOWN" && reason.length <= 60));
      },
    ),
    RUNS,
  );
});

Deno.test("limits, accounts, grants and tokens are whole or not there", () =>
  check((answer) => {
    const limit = limitIn(answer.body);
    if (limit) {
      assert.ok(limit.used >= 0 && limit.total >= 0 && limit.windowSeconds > 0);
      assert.ok([limit.used, limit.total, limit.windowSeconds].every(Number.isSafeInteger));
    }
    const account = accountIn(answer.body);
    if (account) assert.ok(typeof account.externalId === "string" && account.externalId !== "");
    const granted = grantedIn(answer.body);
    assert.ok(granted === null || granted.every((scope) => typeof scope === "string"));
    const tokens = outcome(() => tokensIn(answer));
    if (tokens instanceof PlatformError) {
      assert.ok(!JSON.stringify(tokens.failure).includes(ACCESS_TOKEN));
      return;
    }
    assert.ok(tokens.accessToken !== "" && tokens.refreshToken === null);
    assert.ok(tokens.expiresIn === null || tokens.expiresIn > 0);
  }));
