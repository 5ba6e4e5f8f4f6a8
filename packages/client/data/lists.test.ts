import assert from "node:assert/strict";
import type { Model } from "../../../shared/rows/model.ts";
import { gate, screen } from "../testing/screen.ts";

const model = (id: string, version: number, status = "TRAINING", day = 1): Model =>
  ({
    id,
    version,
    status,
    name: id,
    progress: 0,
    createdAt: `2026-11-0${day}T12:00:00Z`,
    updatedAt: "",
  }) as Model;

function withModels(...models: Model[]) {
  const it = screen();
  it.server.routes.set("models", { models });
  const told = (next: Model | null, modelId = next?.id) =>
    it.link.message("jobs:user-1", "model_status_changed", { new: next, modelId });
  const list = it.shown(it.esteira.models.watch());
  const statuses = () => list.now().data?.map(({ id, status }) => `${id} ${status}`);
  return { ...it, told, list, statuses };
}

Deno.test("models are listed newest first, and follow what is told of each", async () => {
  const { told, list, statuses, clock, esteira, link } = withModels(model("a", 1), model("b", 5, "READY", 2));
  await clock.pass(0);
  assert.deepEqual(statuses(), ["b READY", "a TRAINING"]);
  told(model("a", 3, "READY"));
  told(model("a", 2));
  told(model("c", 1, "TRAINING", 3));
  assert.deepEqual(statuses(), ["c TRAINING", "b READY", "a READY"]);
  told(null, "b");
  told(model("b", 6, "ERROR", 2));
  assert.deepEqual(statuses(), ["c TRAINING", "a READY"], "what was deleted does not come back");
  const before = list.now();
  told(model("a", 3, "READY"));
  assert.equal(list.now(), before);
  told({ junk: true } as unknown as Model, "a");
  assert.deepEqual(link.missedTopics, ["jobs:user-1"]);
  esteira.close();
});

// @acceptance 001:205-233
Deno.test("while nothing is told, a training is asked after until its model is READY", async () => {
  const { list, statuses, server, read, link, clock, esteira } = withModels(model("a", 1));
  await clock.pass(0);
  link.setStatus("polling");
  server.routes.set("models", { models: [{ ...model("a", 2), progress: 50 }] });
  await read("poll");
  assert.deepEqual([statuses(), list.now().data?.[0]?.progress], [["a TRAINING"], 50]);
  server.routes.set("models", { models: [model("a", 3, "READY")] });
  await read("poll");
  assert.deepEqual(statuses(), ["a READY"]);
  esteira.close();
});

Deno.test("a list that was read before something was told undoes none of it", async () => {
  const { told, statuses, server, clock, esteira } = withModels(model("a", 1));
  await clock.pass(0);
  const answer = gate();
  const { fate } = server;
  server.fate = async (request, now) => {
    const response = await fate(request, now);
    await answer.promise;
    return response;
  };
  const listed = esteira.models.list();
  await clock.pass(0);
  told(model("a", 2, "READY"));
  told(model("b", 1, "TRAINING", 2));
  answer.open();
  await listed;
  assert.deepEqual(statuses(), ["b TRAINING", "a READY"]);
  server.fate = fate;
  assert.deepEqual((await esteira.models.list()).map(({ id }) => id), ["a"], "and the next one is whole");
  esteira.close();
});

Deno.test("the balance is read anew, once, when jobs are created, end, or are paid back", async () => {
  const it = screen();
  it.server.routes.set("jobs/credits", { balance: 10, entries: [], nextCursor: null });
  const { now } = it.shown(it.esteira.credits.watch());
  await it.clock.pass(0);
  assert.equal(now().data, 10);
  const reads = () => it.server.requests.filter(({ path }) => path.startsWith("jobs/credits")).length;
  assert.equal(reads(), 1);
  it.server.routes.set("jobs/credits", { balance: 8, entries: [], nextCursor: null });
  const jobs = [1, 2].map(() => it.server.create({ tool: "image", input: {} }));
  it.deliver();
  await it.clock.pass(1000);
  assert.deepEqual([now().data, reads()], [8, 2]);
  it.server.move(jobs[0]!.id, "running");
  it.deliver();
  await it.clock.pass(1000);
  assert.equal(reads(), 2, "nothing is paid for running");
  it.server.move(jobs[0]!.id, "failed");
  it.deliver();
  await it.clock.pass(1000);
  assert.equal(reads(), 3);
  assert.deepEqual(await it.esteira.credits({ limit: 5 }), {
    balance: 8,
    entries: [],
    nextCursor: null,
  });
  it.esteira.close();
});

Deno.test("tools are read once, and again on demand or when that failed", async () => {
  const { esteira, server } = screen();
  server.routes.set("jobs/tools", { tools: [] });
  const fate = server.fate;
  server.fate = () =>
    new Response(JSON.stringify({ error: { code: "forbidden", message: "" } }), { status: 403 });
  await assert.rejects(esteira.tools(), { code: "forbidden" });
  server.fate = fate;
  assert.equal(await esteira.tools(), await esteira.tools());
  assert.equal(server.requests.length, 2);
  await esteira.tools({ fresh: true });
  assert.equal(server.requests.length, 3);
  esteira.close();
});

Deno.test("any topic can be listened to, for as long as it is wanted", () => {
  const { esteira, link } = screen();
  const heard: unknown[] = [];
  const release = esteira.listen("lane:kie", "lane_moved", (message) => heard.push(message));
  const all: unknown[] = [];
  esteira.listen("lane:kie", "*", ({ event }) => all.push(event));
  link.message("lane:kie", "lane_moved", { n: 1 });
  link.message("lane:kie", "other", { n: 2 });
  release();
  link.message("lane:kie", "lane_moved", { n: 3 });
  assert.deepEqual(heard, [{ event: "lane_moved", payload: { n: 1 } }]);
  assert.deepEqual(all, ["lane_moved", "other", "lane_moved"]);
  esteira.close();
});
