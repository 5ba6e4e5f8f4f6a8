/**
 * Whatever Instagram answers, and however it is damaged: nothing that reads it throws what is no PlatformError, makes a
 * post of what is none, or lets a token out. A thousand bodies each; ten thousand in `npm run test:long`.
 */
import fc from "fast-check";
import assert from "node:assert/strict";
import { inText, inTree } from "../../providers/kit/damage_fixture.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { graphAnswers, outcome, RUNS } from "../kit/damaged_answers_fixture.ts";
import { ACCESS_TOKEN } from "../kit/work_fixture.ts";
import { PlatformError } from "../platform.ts";
import { committedBy, outcomeOf, readStatus, stepAfter } from "./containers.ts";
import { CONTAINER_STATES } from "../graph/containers/container_status.ts";
import { errorBody } from "../graph/fake_graph.ts";
import { CONTAINER, instagramWork, POST, USER } from "./fake_instagram.ts";
import { accountsIn } from "./facebook_login.ts";
import { isSuccess } from "../graph/failures.ts";
import { failureOf, recreateAfterOf, tokensIn } from "./graph.ts";
import { graphErrorOf } from "../graph/graph_error.ts";
import { accountIn } from "./instagram_login.ts";
import { limitIn } from "../graph/containers/publishing_limit.ts";

import { regainMs } from "../graph/usage.ts";

const CLASSES = ["never", "backoff", "wait", "pause", "reconnect", "unknown"];

const TEMPLATES: readonly unknown[] = [
  errorBody(190, 463),
  errorBody(9004, 2207052, {
    error_user_msg: `Could not be fetched with ${ACCESS_TOKEN}`,
    is_transient: true,
  }),
  errorBody(4, 2207051),
  errorBody(-2, 2207003),
  { error_type: "OAuthException", code: 400, error_message: `Bad ${ACCESS_TOKEN}` },
  { id: POST },
  { status_code: "FINISHED", status: "Finished: it is ready", id: CONTAINER },
  { status_code: "ERROR", status: `Error code 2207082 ${ACCESS_TOKEN}`, id: CONTAINER },
  { status_code: "PUBLISHED", id: CONTAINER },
  { data: [{ quota_usage: 2, config: { quota_total: 50, quota_duration: 86400 } }] },
  {
    data: [{ id: "1001", name: "Bakery", instagram_business_account: { id: USER, username: "ana" } }],
    paging: { cursors: { after: "c" }, next: "https://graph.facebook.com/next" },
  },
  {
    access_token: ACCESS_TOKEN,
    user_id: USER,
    permissions: ["instagram_business_basic"],
    expires_in: 5184000,
  },
  { data: [{ access_token: ACCESS_TOKEN, user_id: USER, permissions: "a,b" }] },
  { user_id: USER, username: "ana" },
  { permalink: "https://www.instagram.com/p/abc/" },
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
      // In doubt and unknown are one, and nothing but a commit is either.
      assert.equal(failure.class === "unknown", isAmbiguous);
      if (isAmbiguous) assert.ok(isCommit);
      if (graphErrorOf(answer.body)?.code === 190) assert.equal(failure.class, "reconnect");
    }
    const before = failureOf(answer);
    if (recreateAfterOf(before.failure) !== undefined) {
      assert.ok(failureOf(answer, { isCommit: true }).isAmbiguous);
    }
  }));

Deno.test("a commit names a post only by an id that Instagram gave with a success", () =>
  check((answer) => {
    const done = outcome(() => committedBy(answer));
    if (done instanceof PlatformError) {
      // A success that cannot be read is in doubt.
      if (answer.status < 300) assert.ok(done.isAmbiguous || graphErrorOf(answer.body) !== null);
      return;
    }
    assert.ok(isSuccess(answer));
    assert.equal(String((answer.body as { id: unknown }).id), done.id);
    assert.ok(done.id !== "");
  }));

Deno.test("a container has a state whatever is said of it, and only Instagram's own words publish or end it", () =>
  check(({ body, raw }) => {
    const status = { ...readStatus(body), raw };
    assert.ok(CONTAINER_STATES.includes(status.state));
    const word = (body as { status_code?: unknown } | undefined)?.status_code;
    if (status.state !== "unknown") assert.equal(String(word).toLowerCase(), status.state);
    const found = outcomeOf(CONTAINER, status);
    assert.equal(found.state === "there", status.state === "published");
    const work = instagramWork("http://127.0.0.1:9", "instagram_feed", { facts: { container: CONTAINER } });
    const step = outcome(() =>
      stepAfter(work, { act: "ask", part: "container", index: null, id: CONTAINER }, status, Date.now())
    );
    if (step instanceof PlatformError) {
      assert.ok(status.state === "published" || status.state === "error");
      assert.equal(step.isAmbiguous, status.state === "published");
      return;
    }
    assert.equal(step.state === "ready", status.state === "finished");
    if (step.state === "more") assert.ok((step.seconds ?? 0) >= 0 && (step.seconds ?? 0) <= 120);
  }));

Deno.test("limits, accounts and tokens are whole or not there", () =>
  check((answer) => {
    const limit = limitIn(answer.body);
    if (limit) {
      assert.ok(limit.used >= 0 && limit.total >= 0 && limit.windowSeconds > 0);
      assert.ok([limit.used, limit.total, limit.windowSeconds].every(Number.isSafeInteger));
    }
    const found = accountsIn(answer.body);
    const alone = accountIn(answer.body);
    for (const { externalId, settings } of [...found?.accounts ?? [], ...alone ? [alone] : []]) {
      assert.ok(typeof externalId === "string" && externalId !== "");
      assert.ok(!JSON.stringify(settings).includes(ACCESS_TOKEN));
    }
    assert.ok(found?.nextCursor !== "");
    const tokens = outcome(() => tokensIn(answer));
    if (tokens instanceof PlatformError) {
      assert.ok(!JSON.stringify(tokens.failure).includes(ACCESS_TOKEN));
      return;
    }
    assert.ok(tokens.accessToken !== "" && tokens.refreshToken === null);
    assert.ok(tokens.expiresIn === null || tokens.expiresIn > 0);
  }));

Deno.test("a header of limits says a number of milliseconds, whatever is in it", () => {
  const usage = JSON.stringify({
    "1784": [{ type: "instagram", call_count: 100, estimated_time_to_regain_access: 19 }],
  });
  const headers = fc.array(fc.oneof(inTree, inText), { maxLength: 4 })
    .map((damages) => damages.reduce((text, damage) => damage(text), usage))
    .filter((text) => /^[\x20-\x7e]*$/.test(text));
  fc.assert(
    fc.property(headers, (header) => {
      const ms = regainMs(new Headers({ "x-business-use-case-usage": header }));
      assert.ok(ms >= 0 && !Number.isNaN(ms), `${ms}`);
    }),
    RUNS,
  );
});
