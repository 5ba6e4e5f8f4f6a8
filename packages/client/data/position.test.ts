import assert from "node:assert/strict";
import { screen } from "../testing/screen.ts";

/** A job that waits, the third of four, at a lane whose clock stands at 7. */
async function waiting() {
  const it = screen({ reportDelivery: false });
  const { id } = it.server.create({ tool: "image", input: {} });
  it.server.told();
  const place = (position: number | null) =>
    it.server.routes.set(`jobs/${id}/position`, {
      position,
      exact: true,
      ticket: 10,
      waiting: 4,
      running: 1,
      slots: 1,
    });
  place(3);
  const position = it.shown(it.esteira.jobs.position(id));
  await it.clock.pass(1000);
  const asks = () => it.server.requests.filter(({ path }) => path.endsWith("/position")).length;
  const moved = (clocks: Record<string, number>) =>
    it.link.message("lane:runninghub", "lane_moved", { lane: "runninghub", clocks, running: 1, at: "" });
  return { ...it, id, place, position, asks, moved };
}

Deno.test("a place is asked for once more when the first clock is told, then counted down without asking", async () => {
  const { position, moved, asks, clock, esteira } = await waiting();
  assert.deepEqual(position.now(), { position: 3, exact: true, highDemand: true });
  assert.equal(asks(), 1);
  moved({ "0": 7 });
  await clock.pass(1000);
  assert.equal(asks(), 2);
  moved({ "0": 8 });
  assert.equal(position.now()?.position, 2);
  moved({ "0": 9, "5": 100 });
  assert.equal(position.now()?.position, 1);
  await clock.pass(60_000);
  assert.equal(asks(), 2);
  esteira.close();
});

Deno.test("it is asked for again, not at once, when the clock goes back or tells nothing of the job's priority", async () => {
  const { position, moved, asks, place, clock, esteira } = await waiting();
  moved({ "0": 7 });
  await clock.pass(1000);
  place(2);
  for (let i = 0; i < 20; i++) moved({ "0": 3 });
  assert.equal(asks(), 2);
  await clock.pass(6000);
  assert.deepEqual([asks(), position.now()?.position], [3, 2]);
  moved({ "7": 3 });
  await clock.pass(6000);
  assert.equal(asks(), 4);
  esteira.close();
});

Deno.test("a job that does not wait has no place, and its lane is let go of", async () => {
  const { position, server, deliver, id, link, clock, esteira } = await waiting();
  assert.deepEqual(link.held().toSorted(), ["jobs:user-1", "lane:runninghub"]);
  server.move(id, "running");
  deliver();
  assert.equal(position.now(), null);
  assert.deepEqual(link.held(), ["jobs:user-1"]);
  position.release();
  await clock.pass(5000);
  assert.deepEqual([link.held(), clock.timers()], [[], 0]);
  esteira.close();
});

Deno.test("an answer that comes when the job has begun is not shown", async () => {
  const { position, server, deliver, id, link, clock, esteira } = await waiting();
  const { fate } = server;
  server.fate = async (request, answer) => {
    const late = await fate(request, answer);
    if (request.path.endsWith("/position")) {
      server.move(id, "running");
      deliver();
    }
    return late;
  };
  void link.snapshot().catch(() => {});
  await clock.pass(1000);
  assert.equal(position.now(), null);
  esteira.close();
});
