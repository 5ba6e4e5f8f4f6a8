import assert from "node:assert/strict";
import type { DeliveryReport } from "../../../shared/rows/delivery.ts";
import { screen } from "../testing/screen.ts";

const told = ({ server }: ReturnType<typeof screen>) => server.reports as DeliveryReport[][];

async function watched() {
  const it = screen();
  it.server.fate = async (_, answer) => {
    const response = await answer();
    return response;
  };
  const { id } = it.server.create({ tool: "image", input: {} });
  it.server.told();
  it.shown(it.esteira.jobs.watch(id));
  await it.clock.pass(5000);
  return { ...it, id };
}

Deno.test("what was learned how, and how late, is told once a minute, if anything was", async () => {
  const it = await watched();
  await it.clock.pass(300_000);
  assert.deepEqual(told(it), [], "nothing has happened");
  it.server.move(it.id, "running");
  await it.clock.pass(40);
  it.deliver();
  it.server.move(it.id, "failed");
  it.server.told();
  await it.clock.pass(3000);
  await it.read("poll");
  assert.equal(told(it).length, 0);
  await it.clock.pass(60_000);
  const [[realtime, poll] = []] = told(it);
  assert.equal(told(it).length, 1);
  assert.deepEqual(
    [realtime?.channel, realtime?.changes, realtime?.terminal, realtime?.missed, realtime?.late_max_ms],
    ["realtime", 1, 0, 0, 40],
  );
  assert.deepEqual(
    [poll?.channel, poll?.changes, poll?.terminal, poll?.missed, poll && poll.late_max_ms >= 3000],
    ["poll", 1, 1, 1, true],
    "the connection was live: it should have brought this",
  );
  assert.equal(it.link.doubts, 1, "and is doubted");
  assert.deepEqual(realtime?.late, [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  it.esteira.close();
});

Deno.test("a page that is hidden tells at once, and one whose user has changed tells nothing of the first", async () => {
  const it = await watched();
  it.server.move(it.id, "running");
  it.deliver();
  await it.clock.pass(10);
  it.clock.tell("hidden");
  assert.equal(told(it).length, 1);
  it.server.move(it.id, "failed");
  it.deliver();
  it.link.signIn("user-2");
  await it.clock.pass(120_000);
  assert.equal(told(it).length, 1);
  it.esteira.close();
});

Deno.test("what was there before anybody looked, and what was done here, is no measure", async () => {
  const it = await watched();
  it.shown(it.esteira.jobs.queue());
  it.esteira.jobs.create("image", { prompt: "a boat" });
  await it.clock.pass(100);
  await it.esteira.jobs.cancel(it.id);
  await it.clock.pass(120_000);
  assert.deepEqual(told(it), []);
  it.esteira.close();
});

Deno.test("a report that fails disturbs nobody, and none is sent where that is not wanted", async () => {
  const it = await watched();
  it.server.supabase.rpc = (() => Promise.reject(new TypeError("Failed to fetch"))) as never;
  it.server.move(it.id, "running");
  it.deliver();
  await it.clock.pass(10);
  it.clock.tell("hidden");
  await it.clock.pass(0);
  assert.ok(
    it.lines.some(({ message, level }) => message === "[DELIVERY] Not reported" && level === "debug"),
  );
  it.esteira.close();

  const quiet = screen({ reportDelivery: false });
  const { id } = quiet.server.create({ tool: "image", input: {} });
  quiet.shown(quiet.esteira.jobs.watch(id));
  await quiet.clock.pass(100);
  quiet.server.move(id, "running");
  quiet.deliver();
  await quiet.clock.pass(10);
  quiet.clock.tell("hidden");
  assert.deepEqual(told(quiet), []);
  quiet.esteira.close();
});
