import assert from "node:assert/strict";
import { screen } from "../testing/screen.ts";
import type { ClientJob } from "../api/job.ts";

const fill = ({ server, clock }: ReturnType<typeof screen>, count: number) =>
  Array.from({ length: count }, (_, i) => {
    void clock;
    return server.create({ tool: i % 2 ? "image" : "upscaler", input: { n: i } });
  });
const numbers = (jobs: readonly ClientJob[] | undefined) =>
  jobs?.map(({ input }) => (input as { n?: number } | null)?.n);

Deno.test("a queue begins with its first page, and more() goes on", async () => {
  const it = screen();
  fill(it, 5);
  const queue = it.esteira.jobs.queue({ limit: 2 });
  assert.deepEqual(queue.getSnapshot(), { state: "loading", data: null, error: null });
  const { now } = it.shown(queue);
  await it.clock.pass(0);
  assert.deepEqual([numbers(now().data?.jobs), now().data?.hasMore], [[4, 3], true]);
  await queue.more();
  await queue.more();
  assert.deepEqual([numbers(now().data?.jobs), now().data?.hasMore], [[4, 3, 2, 1, 0], false]);
  await queue.more();
  it.esteira.close();
});

Deno.test("a long queue keeps each page that it is given, whatever is forgotten meanwhile", async () => {
  const it = screen();
  fill(it, 700);
  it.server.told();
  const queue = it.esteira.jobs.queue({ limit: 100 });
  const { now } = it.shown(queue);
  await it.clock.pass(0);
  for (let pages = 2; pages <= 7; pages++) {
    await queue.more();
    assert.equal(now().data?.jobs.length, pages * 100);
  }
  await it.link.snapshot();
  assert.deepEqual([now().data?.jobs.length, now().data?.hasMore], [700, false]);
  it.esteira.close();
});

Deno.test("what has been loaded stays loaded when it is read anew", async () => {
  const it = screen();
  fill(it, 6);
  it.server.told();
  const queue = it.esteira.jobs.queue({ limit: 2 });
  const { now } = it.shown(queue);
  await it.clock.pass(0);
  await queue.more();
  it.server.create({ tool: "image", input: { n: 6 } }); // whose broadcast is lost
  await it.link.snapshot();
  assert.deepEqual(numbers(now().data?.jobs)?.slice(0, 5), [6, 5, 4, 3, 2]);
  it.esteira.close();
});

Deno.test("the same filter is the same queue; while nothing changes, the snapshot is the same object", async () => {
  const it = screen();
  fill(it, 2);
  const { queue } = it.esteira.jobs;
  assert.equal(
    queue({ status: ["failed", "completed"] }),
    queue({ status: ["completed", "failed", "failed"] }),
  );
  assert.notEqual(queue({ tool: "image" }), queue());
  const { now, seen } = it.shown(queue());
  await it.clock.pass(0);
  const before = now();
  await it.link.snapshot("poll");
  it.deliver(); // of what is known
  assert.equal(now(), before);
  assert.equal(seen.length, 2);
  it.esteira.close();
});

Deno.test("jobs come into a queue and leave it as they change", async () => {
  const it = screen();
  const [, image] = fill(it, 2);
  it.server.told();
  const running = it.shown(it.esteira.jobs.queue({ status: ["processing"] }));
  const images = it.shown(it.esteira.jobs.queue({ tool: "image" }));
  await it.clock.pass(0);
  assert.deepEqual([running.now().data?.jobs.length, images.now().data?.jobs.length], [0, 1]);
  it.server.move(image!.id, "running");
  it.deliver();
  assert.deepEqual([running.now().data?.jobs.length, images.now().data?.jobs[0]?.status], [1, "processing"]);
  it.server.move(image!.id, "failed");
  it.deliver();
  assert.deepEqual([running.now().data?.jobs.length, images.now().data?.jobs[0]?.status], [0, "failed"]);
  it.server.remove(image!.id);
  it.deliver();
  assert.deepEqual(images.now().data?.jobs, []);
  it.esteira.close();
});

Deno.test("a job that a fresh page lacks is looked at: one that is gone goes, one that is young stays", async () => {
  const it = screen();
  const [old] = fill(it, 1);
  const { now } = it.shown(it.esteira.jobs.queue());
  await it.clock.pass(60_000);
  it.server.told();
  it.server.jobs.delete(old!.id); // and nobody tells
  const read = it.link.snapshot();
  await it.clock.pass(1000);
  await read;
  assert.deepEqual(now().data?.jobs, []);
  assert.ok(it.server.requests.some(({ path }) => path === `jobs/by-id?id=${old!.id}`));

  const { fate } = it.server;
  it.server.fate = (_, answer) => {
    const late = answer(); // read before there was a job
    it.server.create({ tool: "image", input: {} });
    it.deliver();
    return late;
  };
  await it.link.snapshot();
  it.server.fate = fate;
  assert.equal(now().data?.jobs.length, 1);
  it.esteira.close();
});

Deno.test("many jobs of one call are read, and a broadcast that was not sent to all is made up for", async () => {
  const it = screen();
  it.shown(it.esteira.jobs.queue());
  await it.clock.pass(0);
  it.link.message("jobs:user-1", "jobs_created", { count: 21, ids: [], at: "" });
  assert.deepEqual(it.link.missedTopics, ["jobs:user-1"]);
  it.server.create({ tool: "image", input: {} });
  for (const { event, payload } of it.server.told()) {
    it.link.message("jobs:user-1", event, { ...payload, _debug: { broadcastSuccess: false } });
  }
  assert.deepEqual(it.link.missedTopics, ["jobs:user-1", "jobs:user-1"]);
  it.esteira.close();
});

Deno.test("junk is dropped with a line, and harms nothing", async () => {
  const it = screen();
  fill(it, 1);
  const { now } = it.shown(it.esteira.jobs.queue());
  await it.clock.pass(0);
  const [told] = it.server.told();
  const row = told!.payload.new as Record<string, unknown>;
  const junk = [
    null,
    "text",
    {},
    { new: null },
    { ...told!.payload, new: { ...row, version: "2" } },
    { ...told!.payload, new: { ...row, status: "PENDING" } },
    { ...told!.payload, new: { ...row, id: 7 } },
    { ...told!.payload, new: { ...row, created_at: "yesterday" } },
    { ...told!.payload, steps: "none" },
  ];
  const before = now();
  for (const payload of junk) {
    for (const event of ["INSERT", "UPDATE", "DELETE"]) it.link.message("jobs:user-1", event, payload);
  }
  it.link.message("jobs:user-1", "something_new", {});
  assert.equal(now(), before);
  const dropped = it.lines.filter(({ message }) => message.startsWith("[REALTIME] Not understood"));
  assert.ok(dropped.length >= 3 * junk.length - 2, `${dropped.length}`);
  it.esteira.close();
});

Deno.test("an answer that is no page of jobs is an error, and the list stays as it was", async () => {
  const it = screen();
  fill(it, 1);
  const { now } = it.shown(it.esteira.jobs.queue());
  await it.clock.pass(0);
  it.server.routes.set("jobs", { jobs: null, nextCursor: null });
  await assert.rejects(it.link.snapshot(), { code: "malformed_answer" });
  assert.equal(now().data?.jobs.length, 1);
  it.esteira.close();
});

Deno.test("what the server refuses of a list is its state; what the network does is not", async () => {
  const it = screen();
  it.server.fate = () =>
    new Response(JSON.stringify({ error: { code: "unknown_tool", message: "", details: {} } }), {
      status: 404,
    });
  const { now } = it.shown(it.esteira.jobs.queue({ tool: "nothing" }));
  await it.clock.pass(0);
  assert.deepEqual([now().state, (now().error as { code?: string }).code], ["failed", "unknown_tool"]);
  it.server.fate = () => {
    throw new TypeError("Failed to fetch");
  };
  const other = it.shown(it.esteira.jobs.queue());
  await it.clock.pass(60_000);
  assert.equal(other.now().state, "loading");
  it.esteira.close();
});

Deno.test("what nobody watches is forgotten; whoever looks again sees what was there, then what is", async () => {
  const it = screen();
  const [job] = fill(it, 3);
  const queue = it.esteira.jobs.queue();
  const first = it.shown(queue);
  await it.clock.pass(0);
  first.release();
  await it.clock.pass(5000);
  assert.deepEqual(it.link.held(), []);
  it.server.move(job!.id, "running");
  const again = it.shown(queue);
  assert.equal(again.now().data?.jobs.length, 3, "as it was left");
  it.esteira.jobs.create("image", { prompt: "x" }); // meanwhile
  assert.equal(again.now().data?.jobs.length, 4);
  await it.clock.pass(0);
  assert.equal(again.now().data?.jobs.at(-1)?.status, "processing");
  it.esteira.close();
});

Deno.test("what happens to many jobs that no queue shows is not kept", async () => {
  const it = screen();
  it.shown(it.esteira.jobs.queue({ tool: "image" }));
  await it.clock.pass(0);
  for (let i = 0; i < 500; i++) it.server.create({ tool: "upscaler", input: {} });
  it.deliver();
  const state = it.lines.findLast(({ message }) => message === "[REALTIME] Updated jobs state:");
  const { count } = state?.details as { count: number };
  assert.ok(count <= 210, `${count} are known`);
  it.esteira.close();
});

Deno.test("what was created before the first page was there stays when it comes, however short the page is", async () => {
  const it = screen();
  fill(it, 3);
  const { now, seen } = it.shown(it.esteira.jobs.queue({ limit: 1 }));
  const made = it.esteira.jobs.createMany([5, 6].map((n) => ({ tool: "other", input: { n } })));
  await it.clock.pass(0);
  await Promise.all(made.map(({ created }) => created));
  await it.read();
  assert.deepEqual(numbers(now().data?.jobs)?.slice(0, 2), [6, 5]);
  assert.ok(seen.slice(1).every(({ data }) => (data?.jobs.length ?? 0) >= 2));
  it.esteira.close();
});

Deno.test("what was created here stays when its answer comes so late that all that is loaded is newer", async () => {
  const it = screen();
  const late = Promise.withResolvers<void>();
  it.server.fate = async (request, answer) => {
    const response = answer();
    if (request.method === "POST") await late.promise;
    return response;
  };
  const made = it.esteira.jobs.create("other", { n: 7 });
  await it.clock.pass(1);
  for (const n of [8, 9, 10]) {
    await it.clock.pass(1000);
    it.server.create({ tool: "image", input: { n } });
  }
  const { now, seen } = it.shown(it.esteira.jobs.queue({ limit: 2 }));
  await it.clock.pass(0);
  late.resolve();
  await made.created;
  await it.clock.pass(0);
  assert.ok(seen.slice(1).every(({ data }) => numbers(data?.jobs)?.includes(7)), "it is never away");
  assert.deepEqual(numbers(now().data?.jobs), [10, 9, 7]);
  await it.read();
  assert.deepEqual(numbers(now().data?.jobs), [10, 9, 8, 7], "and what is between it and the others is read");
  it.esteira.close();
});

Deno.test("one row that is not understood keeps none of the others away, and stays as it was known", async () => {
  const it = screen();
  const [first, second] = fill(it, 2);
  it.server.told();
  const { now } = it.shown(it.esteira.jobs.queue());
  await it.clock.pass(60_000);
  it.server.move(first!.id, "running", { status: "on_the_moon" as never });
  it.server.move(second!.id, "failed");
  it.server.told();
  await it.read();
  const states = now().data?.jobs.map(({ id, status }) => [id, status]);
  assert.deepEqual(states, [[second!.id, "failed"], [first!.id, "pending"]]);
  assert.ok(
    it.lines.some(({ message, level }) => level === "warn" && message.startsWith("[JOBS] Not understood")),
  );
  it.esteira.close();
});

Deno.test("a queue that has grown far beyond what was asked for is cut back when it is read anew", async () => {
  const it = screen();
  const { now } = it.shown(it.esteira.jobs.queue({ limit: 2 }));
  await it.clock.pass(0);
  fill(it, 250);
  it.deliver();
  assert.equal(now().data?.jobs.length, 250);
  await it.read();
  assert.deepEqual([numbers(now().data?.jobs), now().data?.hasMore], [[249, 248], true]);
  it.esteira.close();
});
