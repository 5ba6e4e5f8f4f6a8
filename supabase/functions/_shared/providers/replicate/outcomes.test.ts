/** Many predictions of one account, asked after in one pass. */
import assert from "node:assert/strict";
import { TOKEN } from "../../engine/work_item_fixture.ts";
import type { Recorded } from "../../runtime/fake_runtime.ts";
import { type AskedTask, type Outcome, ProviderError } from "../provider.ts";
import { CALLBACK, fakeReplicate, prediction, replicateWork } from "./fake_replicate.ts";
import { replicate } from "./replicate.ts";

const page = (...tasks: unknown[]) => ({ next: null, previous: null, results: tasks });
const fetchOutcomes = (asked: AskedTask[]) => replicate.fetchOutcomes?.(asked) ?? assert.fail();
const stateOf = (answer: Outcome | ProviderError) =>
  answer instanceof ProviderError ? answer.failure.code : answer.state;
const idOf = ({ path }: Recorded) => path.split("/").at(-1);
/** Tasks of one account, by their ids. */
const asked = (url: string, ...ids: string[]): AskedTask[] =>
  ids.map((externalId) => ({ work: replicateWork(url), externalId }));

Deno.test("what the list shows alive is not asked for; what is over or not listed is, and answered in its place", async () => {
  await using server = fakeReplicate();
  const [a, b, c] = ["starting", "processing", "succeeded"].map((status, n) =>
    prediction({ id: `p${n}`, status })
  );
  server.answer("list", page(prediction({ id: "of another job" }), c, b, a));
  server.answer(
    "get",
    ({ path }) => Response.json(path.endsWith("p2") ? c : prediction({ id: "p3", status: "canceled" })),
  );
  const answers = await fetchOutcomes(asked(server.url, "p3", "p0", "p2", "p1"));
  assert.deepEqual(answers.map(stateOf), ["failed", "queued", "succeeded", "running"]);
  assert.deepEqual([server.asked("list").length, server.asked("get").map(idOf).toSorted()], [1, [
    "p2",
    "p3",
  ]]);
});

Deno.test("the end is taken from the prediction itself: a list need not show its result, or its status as it is now", async () => {
  await using server = fakeReplicate();
  const { output: _, ...bare } = prediction({ id: "p1" });
  server.answer("list", page(bare, prediction({ id: "p2", status: "something new" })));
  server.answer("get", prediction());
  assert.deepEqual((await fetchOutcomes(asked(server.url, "p1", "p2"))).map(stateOf), [
    "succeeded",
    "succeeded",
  ]);
});

Deno.test("one prediction is asked for itself, none not at all", async () => {
  await using server = fakeReplicate();
  server.answer("get", prediction());
  assert.deepEqual((await fetchOutcomes(asked(server.url, "p1"))).map(stateOf), ["succeeded"]);
  assert.deepEqual(await fetchOutcomes([]), []);
  assert.deepEqual(server.requests.map(idOf), ["p1"]);
});

Deno.test("what keeps the list from us is the answer to all, without another question", async () => {
  await using server = fakeReplicate();
  for (const [status, code] of [[503, "http_503"], [401, "http_401"], [429, "http_429"]] as const) {
    server.requests.length = 0;
    server.answer("list", Response.json({ detail: "No." }, { status }));
    assert.deepEqual((await fetchOutcomes(asked(server.url, "p1", "p2", "p3"))).map(stateOf), [
      code,
      code,
      code,
    ]);
    assert.equal(server.requests.length, 1);
  }
});

Deno.test("where the list alone is at fault, each is asked for itself", async () => {
  await using server = fakeReplicate();
  server.answer("get", prediction({ status: "processing" }));
  for (const answer of [{}, { results: [7] }, new Response("<html>"), new Response("{}", { status: 404 })]) {
    server.answer("list", answer);
    assert.deepEqual((await fetchOutcomes(asked(server.url, "p1", "p2"))).map(stateOf), [
      "running",
      "running",
    ]);
  }
});

Deno.test("one that cannot be asked for does not keep the others from their answers", async () => {
  await using server = fakeReplicate();
  server.answer("list", page());
  server.answer(
    "get",
    ({ path }) => path.endsWith("p7") ? new Response("", { status: 500 }) : Response.json(prediction()),
  );
  const ids = Array.from({ length: 12 }, (_, n) => `p${n}`);
  const states = (await fetchOutcomes(asked(server.url, ...ids))).map(stateOf);
  assert.deepEqual(states, ids.map((id) => id === "p7" ? "http_500" : "succeeded"));
});

Deno.test("a prediction of another account is asked for with that account's key", async () => {
  await using server = fakeReplicate();
  server.answer(
    "list",
    page(prediction({ id: "p1", status: "starting" }), prediction({ id: "p2", status: "starting" })),
  );
  server.answer("get", prediction());
  const other = {
    work: replicateWork(server.url, { account: { name: "other", api_key: "another-key" } }),
    externalId: "p2",
  };
  assert.deepEqual((await fetchOutcomes([...asked(server.url, "p1"), other])).map(stateOf), [
    "queued",
    "succeeded",
  ]);
  assert.deepEqual(server.asked("get").map(({ headers }) => headers.get("authorization")), [
    "Bearer another-key",
  ]);
});

Deno.test("what is kept of a listed prediction does not hold its attempt's token", async () => {
  await using server = fakeReplicate();
  const token = crypto.randomUUID();
  server.answer(
    "list",
    page(prediction({ id: "p1", status: "starting", webhook: CALLBACK.replace(TOKEN, token) })),
  );
  server.answer("get", prediction());
  const [first] = asked(server.url, "p0");
  const second = { work: replicateWork(server.url, { attempt: { token } }), externalId: "p1" };
  const answers = await fetchOutcomes([first!, second]);
  assert.equal(stateOf(answers[1]!), "queued");
  assert.doesNotMatch(JSON.stringify(answers), new RegExp(`${token}|${TOKEN}`));
});
