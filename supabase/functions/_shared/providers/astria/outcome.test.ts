/** How a tune stands, read off its times (astria.md#tunes). */
import assert from "node:assert/strict";
import { astria } from "./astria.ts";
import { ASTRIA_KEY, fakeAstria, minutesFromNow, trainingFor, TUNE_ID, tuneWith } from "./fake_astria.ts";
import { ProviderError } from "../provider.ts";

async function outcomeOf(tune: Record<string, unknown>, toolSettings?: Record<string, unknown>) {
  await using server = fakeAstria();
  server.answer("get", tune);
  const { raw: _raw, ...outcome } = await astria.fetchOutcome(
    trainingFor(server.url, toolSettings ? { toolSettings } : {}),
    TUNE_ID,
  );
  assert.deepEqual(server.requests.map(({ path }) => path), [`/tunes/${TUNE_ID}`]);
  assert.equal(server.requests[0]?.headers.get("authorization"), `Bearer ${ASTRIA_KEY}`);
  return outcome;
}

Deno.test("a tune that has not started waits", async () => {
  assert.deepEqual(await outcomeOf(tuneWith()), { state: "queued" });
  assert.deepEqual(await outcomeOf(tuneWith({ eta: minutesFromNow(30) })), { state: "queued" });
});

Deno.test("a tune that trains shows how much of the time to its eta has gone by", async () => {
  const cases: [number, number, number][] = [[0, 40, 0], [-10, 30, 25], [-39, 1, 97], [-50, -10, 99], [
    1,
    40,
    0,
  ]];
  for (const [start, end, progress] of cases) {
    const tune = tuneWith({ started_training_at: minutesFromNow(start), eta: minutesFromNow(end) });
    assert.deepEqual(await outcomeOf(tune), { state: "running", progress });
  }
});

Deno.test("without an eta after its start nothing is said of progress", async () => {
  for (const eta of [null, "soon", minutesFromNow(-20), "", 7]) {
    const tune = tuneWith({ started_training_at: minutesFromNow(-10), eta });
    assert.deepEqual(await outcomeOf(tune), { state: "running" });
  }
});

Deno.test("a trained tune is the result: its id as text and its times, and no file", async () => {
  const times = { trained_at: "2026-11-20T12:32:40.363Z", expires_at: "2026-12-20T12:32:40.363Z" };
  const data = { model_url: TUNE_ID, tune_id: TUNE_ID, ...times };
  assert.deepEqual(await outcomeOf(tuneWith(times)), { state: "succeeded", outputs: [], data });
  const ckpt_url = "https://sdbooth2.s3.amazonaws.com/x.safetensors";
  assert.deepEqual(await outcomeOf(tuneWith({ ...times, ckpt_url })), {
    state: "succeeded",
    outputs: [],
    data: { ...data, ckpt_url },
  });
});

Deno.test("a tune past its eta goes on training, unless the tool says for how long that is good", async () => {
  const late = tuneWith({ started_training_at: minutesFromNow(-180), eta: minutesFromNow(-120) });
  assert.deepEqual(await outcomeOf(late), { state: "running", progress: 99 });
  assert.deepEqual(await outcomeOf(late, { eta_margin_minutes: 121 }), { state: "running", progress: 99 });
  const outcome = await outcomeOf(late, { eta_margin_minutes: 119 });
  assert.equal(
    outcome.state,
    "overdue",
    "it may end yet: that is no failure, after which it would be bought again",
  );
  const trained = tuneWith({ trained_at: minutesFromNow(-1), eta: minutesFromNow(-120) });
  assert.equal((await outcomeOf(trained, { eta_margin_minutes: 1 })).state, "succeeded");
});

Deno.test("a tune that is not there is unknown, never failed", async () => {
  await using server = fakeAstria();
  const outcome = await astria.fetchOutcome(trainingFor(server.url), TUNE_ID);
  assert.equal(outcome.state, "unknown");
});

Deno.test("an answer about another tune, or about none, is no answer", async () => {
  await using server = fakeAstria();
  const trained_at = minutesFromNow(-1);
  for (
    const answer of [
      tuneWith({ id: 7, trained_at }),
      { trained_at },
      [tuneWith({ trained_at })],
      new Response(""),
    ]
  ) {
    server.answer("get", answer);
    await assert.rejects(astria.fetchOutcome(trainingFor(server.url), TUNE_ID), /malformed_answer/);
  }
});

Deno.test("what asking again would not change is the training's end", async () => {
  await using server = fakeAstria();
  for (const status of [400, 413, 422]) {
    server.answer("get", Response.json({ error: "No can do" }, { status }));
    const outcome = await astria.fetchOutcome(trainingFor(server.url), TUNE_ID);
    assert.ok(outcome.state === "failed", outcome.state);
    const { retryClass, code, message } = outcome.failure;
    assert.deepEqual([retryClass, code, message], ["never", `http_${status}`, "No can do"]);
  }
});

Deno.test("a question that is refused is an error, not an outcome", async () => {
  await using server = fakeAstria();
  for (const status of [401, 429, 500, 504]) {
    server.answer("get", new Response("{}", { status }));
    await assert.rejects(astria.fetchOutcome(trainingFor(server.url), TUNE_ID), ProviderError);
  }
});

Deno.test("a training is stopped by deleting its tune; one that is gone had ended before", async () => {
  await using server = fakeAstria();
  const work = trainingFor(server.url);
  assert.equal(await astria.cancel!(work, TUNE_ID), "over");
  server.answer("delete", new Response(null, { status: 204 }));
  assert.equal(await astria.cancel!(work, TUNE_ID), "stopped");
  assert.deepEqual(
    server.requests.map(({ method, path }) => `${method} ${path}`),
    Array(2).fill(["GET /tunes/788416", "DELETE /tunes/788416"]).flat(),
  );
  server.answer("delete", new Response(null, { status: 500 }));
  await assert.rejects(astria.cancel!(work, TUNE_ID), ProviderError);
});

Deno.test("a training that has ended before it could be stopped is not called stopped, and its tune stays to be told of", async () => {
  await using server = fakeAstria();
  server.answer("get", Response.json(tuneWith({ trained_at: "2026-11-26T12:00:00Z" })));
  server.answer("delete", new Response(null, { status: 204 }));
  assert.equal(await astria.cancel!(trainingFor(server.url), TUNE_ID), "over");
  assert.deepEqual(server.asked("delete"), []);
});

Deno.test("a model is forgotten by deleting its tune; one that is gone is forgotten already", async () => {
  await using server = fakeAstria();
  const work = trainingFor(server.url);
  await astria.forget!(work, TUNE_ID);
  server.answer("delete", new Response(null, { status: 204 }));
  await astria.forget!(work, TUNE_ID);
  assert.deepEqual(
    server.requests.map(({ method, path }) => `${method} ${path}`),
    Array(2).fill("DELETE /tunes/788416"),
  );
  for (const status of [401, 429, 500, 504]) {
    server.answer("delete", new Response("{}", { status }));
    await assert.rejects(astria.forget!(work, TUNE_ID), ProviderError);
  }
});
