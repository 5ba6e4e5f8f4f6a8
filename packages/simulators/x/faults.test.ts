import assert from "node:assert/strict";
import { until } from "../kit/receiver_fixture.ts";
import { mp4 } from "../social/sign_in_fixture.ts";
import { withX } from "./x_client_fixture.ts";

Deno.test("processing fails, and STATUS says so", () =>
  withX({}, async (x) => {
    x.under({ kind: "processing_fails" });
    const id = await x.upload(mp4());
    await x.ready(id);
    const { state, error } = (await x.status(id)).body.data.processing_info;
    assert.deepEqual([state, error.name], ["failed", "InvalidMedia"]);
    assert.equal((await x.tweet("a", [id])).status, 400);
  }));

Deno.test("processing fails after STATUS has said that it succeeded: the post is refused", () =>
  withX({}, async (x) => {
    x.simulator.misbehave({ times: 1, fault: { kind: "processing_fails", said: "succeeded" } });
    const id = await x.upload(mp4());
    await x.ready(id);
    assert.equal((await x.status(id)).body.data.processing_info.state, "succeeded");
    assert.equal((await x.tweet("a", [id])).status, 400);
    const again = await x.upload(mp4());
    await x.ready(again);
    assert.equal((await x.tweet("a", [again])).status, 201);
  }));

Deno.test("processing takes long, says for how long, and uses words that nobody knows", () =>
  withX({}, async (x) => {
    x.under({ kind: "slow_processing", ms: 60_000 }, { kind: "unknown_state", word: "simmering", times: 1 });
    const id = await x.upload(mp4());
    assert.deepEqual((await x.finalize(id)).body.data.processing_info, {
      state: "pending",
      check_after_secs: 60,
    });
    assert.equal((await x.status(id)).body.data.processing_info.state, "simmering");
    x.simulator.advance(60_000);
    assert.equal((await x.status(id)).body.data.processing_info.state, "succeeded");
  }));

Deno.test("a file is gone before it is posted, or after a day", () =>
  withX({}, async (x) => {
    x.simulator.misbehave({ times: 1, fault: { kind: "media_expires" } });
    const gone = await x.upload(mp4());
    await x.finalize(gone);
    await until(async () => (await x.status(gone)).status === 404);
    assert.equal((await x.tweet("a", [gone])).status, 400);
    const id = await x.upload(mp4());
    await x.ready(id);
    x.simulator.advance(86_400_000);
    x.token = x.simulator.grant("ana").access_token;
    assert.equal((await x.tweet("a", [id])).status, 400);
  }));

Deno.test("the access ends between the last of the preparation and the commit", () =>
  withX({}, async (x) => {
    const { refresh_token } = await x.signIn();
    const id = await x.upload(mp4());
    x.under({ kind: "access_ends", path: "status", times: 1 });
    await x.finalize(id);
    assert.equal((await x.status(id)).status, 200);
    assert.equal((await x.tweet("a")).status, 401);
    x.token = (await x.refresh(refresh_token)).body.access_token;
    assert.equal((await x.tweet("a")).status, 201);
  }));

Deno.test("a fresh token is refused once, and good then", () =>
  withX({}, async (x) => {
    const { refresh_token } = await x.signIn();
    x.under({ kind: "unauthorized", path: "commit", times: 1 });
    x.token = (await x.refresh(refresh_token)).body.access_token;
    assert.deepEqual([(await x.tweet("a")).status, (await x.tweet("a")).status], [401, 201]);
    assert.deepEqual(x.simulator.commits().map(({ outcome }) => outcome), ["nothing", "posted"]);
  }));

Deno.test("too many requests, with headers that tell for how long, and without", () =>
  withX({}, async (x) => {
    x.under({ kind: "rate_limited", path: "commit", times: 1, headers: true, seconds: 60 });
    x.under({ kind: "rate_limited", path: "commit", times: 1, headers: false });
    const told = await x.tweet("a");
    assert.equal(told.status, 429);
    assert.ok(Number(told.headers.get("x-rate-limit-reset")) > Date.now() / 1000 + 30);
    const untold = await x.tweet("a");
    assert.deepEqual([untold.status, untold.headers.get("x-rate-limit-reset")], [429, null]);
    assert.equal((await x.tweet("a")).status, 201);
  }));

Deno.test("a new post is not in the timeline for a while", () =>
  withX({}, async (x) => {
    x.simulator.misbehave({ contains: "slow", fault: { kind: "read_lag", ms: 60_000 } });
    const { id } = (await x.tweet("slow to be seen")).body.data;
    const user = x.simulator.people()[0]?.id;
    const timeline = async () => (await x.call(`/2/users/${user}/tweets`)).body.meta.result_count;
    assert.equal(await timeline(), 0);
    assert.equal((await x.call(`/2/tweets/${id}`)).body.data, undefined);
    x.simulator.advance(60_000);
    assert.equal(await timeline(), 1);
    assert.equal((await x.call(`/2/tweets/${id}`)).body.data.id, id);
  }));

Deno.test("each of X's other refusals, and none of them posts", () =>
  withX({}, async (x) => {
    x.under(
      { kind: "no_credits", path: "commit", times: 1 },
      { kind: "usage_capped", path: "commit", times: 1 },
      { kind: "suspended", path: "commit", times: 1 },
      { kind: "version_sunset", path: "commit", times: 1 },
      { kind: "calls_duplicate", times: 1 },
      { kind: "refuse", path: "commit", times: 1, status: 403, title: "Forbidden", detail: "Something new" },
    );
    const seen = [];
    for (let n = 0; n < 6; n++) seen.push((await x.tweet("a")).body);
    const short = seen.map(({ status, type, detail }) => `${status} ${type.split("/").at(-1)} ${detail}`)
      .sort();
    assert.deepEqual(
      short,
      [
        "402 credits Your enrolled account does not have any credits to fulfill this request.",
        "403 about:blank Something new",
        "403 about:blank You are not allowed to create a Tweet with duplicate content.",
        "403 user-suspended Your account is suspended and is not permitted to access this feature.",
        "426 unsupported-version This version of the API is no longer active.",
        "429 usage-capped Usage cap exceeded: Monthly product cap",
      ].sort(),
    );
    assert.equal(x.simulator.posts().length, 0);
    assert.equal((await x.tweet("a")).status, 201);
  }));

Deno.test("an error is told, and the post is there all the same", () =>
  withX({}, async (x) => {
    const refusal = { status: 503, title: "Service Unavailable", detail: "Service Unavailable" } as const;
    x.under({ kind: "refuse", path: "commit", times: 1, accepted: true, ...refusal });
    assert.equal((await x.tweet("a")).status, 503);
    assert.equal(x.simulator.posts().length, 1);
  }));

Deno.test("a suspended person posts nothing, and may be let go again", () =>
  withX({}, async (x) => {
    x.simulator.suspend("ana", true);
    assert.equal((await x.tweet("a")).status, 403);
    assert.equal((await x.call("/2/users/me")).status, 200);
    x.simulator.suspend("ana", false);
    assert.equal((await x.tweet("a")).status, 201);
  }));

Deno.test("a rule is for the texts that it names, and counts for each of them anew", () =>
  withX({}, async (x) => {
    x.simulator.misbehave({
      contains: "red",
      per: "text",
      fault: { kind: "http_error", path: "commit", status: 500, times: 1 },
    });
    const statuses = [];
    for (const text of ["red 1", "blue", "red 2", "red 1", "red 2"]) {
      statuses.push((await x.tweet(text)).status);
    }
    assert.deepEqual(statuses, [500, 201, 500, 201, 201]);
    x.simulator.behave();
    assert.equal((await x.tweet("red 3")).status, 201);
    assert.throws(() => x.simulator.misbehave({ fault: { kind: "no_such" } as never }));
  }));
