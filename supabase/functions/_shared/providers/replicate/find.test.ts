/** Looking for the prediction that a lost submit has made (replicate.md#errors: reconcile by the list). */
import assert from "node:assert/strict";
import { TOKEN } from "../../engine/work_item_fixture.ts";
import { ProviderError } from "../provider.ts";
import { CALLBACK, fakeReplicate, prediction, PREDICTION_ID, replicateWork } from "./fake_replicate.ts";
import { replicate } from "./replicate.ts";

// The attempt in `replicateWork` began at 12:00:01.
const at = (time: string) => `2026-11-01T${time}Z`;
const other = (id: string, differences: Record<string, unknown> = {}) =>
  prediction({ id, webhook: CALLBACK.replace(TOKEN, crypto.randomUUID()), ...differences });
const page = (results: unknown[], next: string | null = null) => ({ next, previous: null, results });
const findAll = async (url: string) =>
  await replicate.findTasks?.(replicateWork(url), { callbackUrl: CALLBACK, files: {} }) ?? assert.fail();
/** The only one there is; null: there is none. */
const find = async (url: string) => {
  const found = await findAll(url);
  assert.ok(found.length < 2, "one at most");
  return found[0] ?? null;
};

Deno.test("the prediction with our callback is ours, and no other", async () => {
  await using server = fakeReplicate();
  server.answer("list", page([other("p3"), prediction({ status: "processing" }), other("p1")]));
  const found = await find(server.url);
  assert.deepEqual([found?.externalId, found?.details], [PREDICTION_ID, {
    taskStatus: "processing",
    model: "google/nano-banana",
  }]);
  server.answer("list", page([other("p3"), other("p2", { webhook: null }), other("p1")]));
  assert.equal(await find(server.url), null);
  assert.equal(server.asked("get").length, 0);
});

Deno.test("all that submits of the attempt have made are found, on whatever page, each with its state", async () => {
  await using server = fakeReplicate();
  const next = "https://api.replicate.com/v1/predictions?cursor=1";
  const states = ["starting", "processing", "succeeded", "failed", "canceled", "aborted", "something new"];
  const ours = states.map((status) => prediction({ id: status, status }));
  server.answer(
    "list",
    page([other("p3"), ...ours.slice(0, 3)], next),
    page([...ours.slice(3), other("p1")]),
  );
  const found = await findAll(server.url);
  assert.deepEqual(found.map(({ externalId, state }) => [externalId, state]), [
    ["starting", "alive"],
    ["processing", "alive"],
    ["succeeded", "succeeded"],
    ["failed", "failed"],
    ["canceled", "stopped"],
    ["aborted", "stopped"],
    ["something new", "alive"],
  ]);
});

Deno.test("pages are turned until they lead back before the attempt began", async () => {
  await using server = fakeReplicate();
  const next = `https://api.replicate.com/v1/predictions?cursor=${encodeURIComponent("a+b/c=")}`;
  server.answer("list", page([other("p3")], next), page([other("p2"), prediction()]));
  assert.equal((await find(server.url))?.externalId, PREDICTION_ID);
  assert.deepEqual(server.requests.map(({ query }) => query.get("cursor")), [null, "a+b/c="]);

  server.requests.length = 0;
  server.answer(
    "list",
    page([other("p3")], next),
    page([other("old", { created_at: at("11:58:00") })], next),
  );
  assert.equal(await find(server.url), null);
  assert.equal(server.requests.length, 2);
});

Deno.test("a clock that differs by less than a minute hides nothing; older predictions are not ours", async () => {
  await using server = fakeReplicate();
  server.answer("list", page([prediction({ created_at: at("11:59:30") })]));
  assert.equal((await find(server.url))?.externalId, PREDICTION_ID);
  server.answer("list", page([prediction({ created_at: at("11:59:00") })]));
  assert.equal(await find(server.url), null);
});

Deno.test("where the list does not show callbacks, each recent prediction is asked for its own", async () => {
  await using server = fakeReplicate();
  const { webhook: _, ...listed } = prediction();
  const strangers = ["p3", "p2"].map((id) => ({ ...listed, id }));
  server.answer("list", page([...strangers, listed, { ...listed, id: "old", created_at: at("11:00:00") }]));
  server.answer("get", other("p3"), other("p2"), prediction());
  assert.equal((await find(server.url))?.externalId, PREDICTION_ID);
  assert.deepEqual(server.asked("get").map(({ path }) => path.split("/").at(-1)), [
    "p3",
    "p2",
    PREDICTION_ID,
  ]);
});

Deno.test("what cannot be looked through is not taken for an answer", async () => {
  await using server = fakeReplicate();
  const { webhook: _, ...listed } = prediction();
  const many = Array.from({ length: 51 }, (_, n) => ({ ...listed, id: `p${n}` }));
  server.answer("get", other("p"));
  const answers = [
    Response.json({ detail: "oops" }, { status: 500 }),
    Response.json({ detail: "no" }, { status: 401 }),
    {},
    { results: 7 },
    { results: [7] },
    page(many),
    page([other("p1")], "https://api.replicate.com/v1/predictions?cursor=again"),
  ];
  for (const answer of answers) {
    server.answer("list", answer);
    await assert.rejects(find(server.url), ProviderError);
  }
});

Deno.test("the key goes to no other host, whatever the next page's address is", async () => {
  await using server = fakeReplicate();
  await using stranger = fakeReplicate();
  server.answer("list", page([other("p1")], `${stranger.url}/v1/predictions?cursor=x`), page([]));
  assert.equal(await find(server.url), null);
  assert.deepEqual([server.requests.length, stranger.requests.length], [2, 0]);
  for (const next of ["no address at all", "https://api.replicate.com/v1/predictions", ""]) {
    server.answer("list", page([other("p1")], next));
    assert.equal(await find(server.url), null);
  }
});

Deno.test("an empty account has no prediction", async () => {
  await using server = fakeReplicate();
  server.answer("list", page([]));
  assert.equal(await find(server.url), null);
});
