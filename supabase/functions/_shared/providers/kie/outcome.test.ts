/** How a task on KIE stands (kie.md#outcomes). */
import assert from "node:assert/strict";
import { TOKEN } from "../../engine/work_item_fixture.ts";
import { nobodysUrl } from "../../runtime/fake_runtime.ts";
import type { FakeAnswer } from "../kit/fake_provider.ts";
import type { Outcome } from "../provider.ts";
import { failedWith, fakeKie, imageWork, KIE_KEY, KIE_TASK, recordOf, succeededWith } from "./fake_kie.ts";
import { kie } from "./kie.ts";

async function outcomeOf(answer: FakeAnswer, id = KIE_TASK): Promise<Outcome> {
  await using server = fakeKie();
  server.answer("recordInfo", answer);
  return await kie.fetchOutcome(imageWork(server.url), id);
}

Deno.test("the question names the task and shows the key", async () => {
  await using server = fakeKie();
  server.answer("recordInfo", recordOf({ state: "waiting" }));
  await kie.fetchOutcome(imageWork(server.url), "task a/b&c=1");
  const [request] = server.asked("recordInfo");
  assert.deepEqual([request?.method, request?.path], ["GET", "/api/v1/jobs/recordInfo"]);
  assert.deepEqual([...request?.query ?? []], [["taskId", "task a/b&c=1"]]);
  assert.equal(request?.headers.get("authorization"), `Bearer ${KIE_KEY}`);
});

Deno.test("every state of the documentation is known", async () => {
  const states = {
    waiting: "queued",
    queuing: "queued",
    generating: "running",
    success: "unknown",
    fail: "failed",
  };
  for (const [state, expected] of Object.entries(states)) {
    assert.equal((await outcomeOf(recordOf({ state }))).state, expected, state);
  }
});

Deno.test("success with addresses is success, in their order", async () => {
  const outcome = await outcomeOf(succeededWith("https://a.example/1.png", "https://a.example/2.png"));
  assert.equal(outcome.state, "succeeded");
  assert.deepEqual(outcome.state === "succeeded" && outcome.outputs, [
    { url: "https://a.example/1.png", contentType: null },
    { url: "https://a.example/2.png", contentType: null },
  ]);
});

Deno.test("resultJson may come as an object, and the addresses beside it", async () => {
  const url = "https://a.example/1.png";
  for (const task of [{ resultJson: { resultUrls: [url] } }, { resultJson: null, resultUrls: [url] }]) {
    const outcome = await outcomeOf(recordOf({ state: "success", ...task }));
    assert.deepEqual(outcome.state === "succeeded" && outcome.outputs, [{ url, contentType: null }]);
  }
});

Deno.test("success without addresses is not believed, whatever else it brings", async () => {
  const odd = [
    "",
    "{",
    "null",
    "[]",
    "7",
    '"text"',
    '{"resultUrls":[]}',
    '{"resultUrls":"https://a.example/1.png"}',
  ];
  odd.push(
    '{"resultUrls":[""]}',
    '{"resultUrls":[null,7,{}]}',
    '{"resultObject":{"url":"https://a.example/1.png"}}',
  );
  for (const resultJson of [...odd, undefined, null, 7, []]) {
    const { state } = await outcomeOf(recordOf({ state: "success", resultJson }));
    assert.equal(state, "unknown", JSON.stringify(resultJson));
  }
});

Deno.test("a state that nobody knows, or none, is unknown, never success or failure", async () => {
  for (const state of ["SUCCESS", "failed", "processing", "", null, undefined, 7, {}, true]) {
    assert.equal((await outcomeOf(recordOf({ state }))).state, "unknown", JSON.stringify(state));
  }
  for (const data of [null, [], "x", undefined]) {
    assert.equal((await outcomeOf({ code: 200, msg: "success", data })).state, "unknown");
  }
});

Deno.test("a task that KIE does not know may be known in a moment", async () => {
  const answers = [{ code: 422, msg: "recordInfo is null", data: null }, {
    code: 404,
    msg: "Not Found",
    data: null,
  }];
  for (const answer of answers) {
    const outcome = await outcomeOf(answer);
    assert.equal(outcome.state, "unknown");
    assert.ok(outcome.state === "unknown" && outcome.reason.includes(answer.msg));
    assert.equal((await outcomeOf(Response.json(answer, { status: answer.code }))).state, "unknown");
  }
});

Deno.test("what a task cost is kept in credits, where its record tells it", async () => {
  const credits = { consumeCredits: 100 };
  const resultJson = JSON.stringify({ resultUrls: ["https://a.example/1.png"] });
  for (const task of [{ state: "success", resultJson }, { state: "fail", failCode: "500" }]) {
    const outcome = await outcomeOf(recordOf({ ...task, ...credits }));
    assert.ok(outcome.state === "succeeded" || outcome.state === "failed");
    assert.deepEqual(outcome.cost, { amount: "100", currency: "credits" });
    const silent = await outcomeOf(recordOf(task));
    assert.ok((silent.state === "succeeded" || silent.state === "failed") && silent.cost === undefined);
  }
});

Deno.test("what asking again would not change is the task's end, in KIE's own words", async () => {
  for (
    const [code, msg, retryClass, shown] of [
      [400, "Bad parameters", "never", "400"],
      [413, "Too large", "never", "413"],
      [415, "No such type", "never", "415"],
      [501, "The model could not", "never", "501"],
      [501, "Internal error, please try again later", "backoff", "501"],
      [501, "Flagged as sensitive", "never", "content_moderation"],
      [505, "Feature disabled", "never", "505"],
    ] as const
  ) {
    const outcome = await outcomeOf({ code, msg });
    assert.ok(outcome.state === "failed", outcome.state);
    assert.deepEqual([outcome.failure.retryClass, outcome.failure.code, outcome.failure.message], [
      retryClass,
      shown,
      msg,
    ]);
  }
});

Deno.test("a question that fails says nothing about the task", async () => {
  const failures = [
    [{ code: 401, msg: "Unauthorized" }, "pause", "401"],
    [{ code: 429, msg: "Too many" }, "wait", "429"],
    [{ code: 500, msg: "Server error" }, "wait", "500"],
    [new Response("<html>", { status: 502 }), "wait", "http_502"],
    [new Response("<html>", { status: 413 }), "never", "http_413"],
    [new Response("<html>"), "backoff", "malformed_answer"],
  ] as const;
  for (const [answer, retryClass, code] of failures) {
    await assert.rejects(outcomeOf(answer), failedWith({ retryClass, code }));
  }
  await assert.rejects(
    kie.fetchOutcome(imageWork(nobodysUrl()), KIE_TASK),
    failedWith({ retryClass: "wait", code: "unreachable" }),
  );
});

Deno.test("what is kept of an answer holds neither the token nor the addresses' signatures that param echoes", async () => {
  for (
    const answer of [
      succeededWith("https://a.example/1.png"),
      recordOf({ state: "fail" }),
      recordOf({ state: "x" }),
    ]
  ) {
    const { raw } = await outcomeOf(answer);
    assert.match(JSON.stringify(raw), /callBackUrl/);
    assert.doesNotMatch(JSON.stringify(raw), new RegExp(`${TOKEN}|eyJh|${KIE_KEY}`));
  }
});
