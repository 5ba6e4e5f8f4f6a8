import assert from "node:assert/strict";
import { gate, screen } from "../testing/screen.ts";
import { settle } from "../testing/manual_clock.ts";

const keysOf = (jobs: readonly { key: string }[] | undefined) => jobs?.map(({ key }) => key);

Deno.test("a job is in its queue and in its handle at once, and stays there when the server has it", async () => {
  const { esteira, server, clock, deliver, shown } = screen();
  const queue = shown(esteira.jobs.queue());
  await clock.pass(0);
  const answer = gate();
  server.fate = async (_, answerNow) => {
    await answer.promise;
    return answerNow();
  };
  const handle = esteira.jobs.create("upscaler", { image: "a.png" });
  assert.deepEqual(keysOf(queue.now().data?.jobs), [handle.key]);
  assert.deepEqual([handle.id, handle.job().isCreating, handle.job().current_step], [null, true, "insert"]);
  answer.open();
  await settle();
  const created = await handle.created;
  assert.deepEqual([created.isCreating, created.key, handle.id], [false, handle.key, created.id]);
  deliver(); // its INSERT, after the answer
  assert.deepEqual(keysOf(queue.now().data?.jobs), [handle.key]);
  assert.ok(queue.seen.slice(2).every(({ data }) => data?.jobs.length === 1), "it never flickered");
  esteira.close();
});

Deno.test("an INSERT that comes before the answer makes it real, and the answer changes nothing", async () => {
  const { esteira, server, clock, deliver, shown } = screen();
  const queue = shown(esteira.jobs.queue());
  await clock.pass(0);
  const answer = gate();
  server.fate = async (_, answerNow) => {
    const response = await answerNow();
    await answer.promise;
    return response;
  };
  const handle = esteira.jobs.create("upscaler", { image: "a.png" });
  await settle();
  const [row] = [...server.jobs.values()];
  server.move(row!.id, "running");
  deliver();
  assert.deepEqual([handle.id, handle.job().status, handle.job().version], [row!.id, "processing", 2]);
  assert.equal((await handle.created).id, row!.id);
  answer.open();
  await settle();
  assert.deepEqual([handle.job().version, queue.now().data?.jobs.length], [2, 1]);
  esteira.close();
});

Deno.test("an answer that was lost is asked for again with the same key: one job, charged once", async () => {
  const { esteira, server, clock, shown } = screen();
  const queue = shown(esteira.jobs.queue());
  await clock.pass(0);
  let lost = 0;
  server.fate = async (request, answer) => {
    const response = await answer();
    if (request.method === "POST" && lost++ < 2) throw new TypeError("connection reset");
    return response;
  };
  const handle = esteira.jobs.create("upscaler", { image: "a.png" });
  await clock.pass(60_000);
  await handle.created;
  assert.deepEqual([server.jobs.size, lost, queue.now().data?.jobs.length], [1, 3, 1]);
  const keys = server.requests.filter(({ method }) => method === "POST").map(({ body }) =>
    body?.idempotencyKey
  );
  assert.deepEqual(new Set(keys), new Set([handle.key]));
  esteira.close();
});

Deno.test("a refused create is taken back, and whoever waits for it is told why", async () => {
  const { esteira, clock, shown } = screen();
  const queue = shown(esteira.jobs.queue());
  await clock.pass(0);
  const handle = esteira.jobs.create("refused", {});
  const done = handle.done();
  assert.equal(queue.now().data?.jobs.length, 1);
  await clock.pass(0);
  assert.deepEqual(queue.now().data?.jobs, []);
  await assert.rejects(handle.created, { code: "insufficient_credits", status: 402 });
  await assert.rejects(done, { code: "insufficient_credits" });
  await assert.rejects(async () => {
    for await (const _ of handle);
  }, { code: "insufficient_credits" });
  assert.deepEqual([handle.getSnapshot().state, handle.id], ["failed", null]);
  esteira.close();
});

Deno.test("a refusal that nobody waits for disturbs nobody", async () => {
  const { esteira, clock } = screen();
  esteira.jobs.create("refused", {});
  await clock.pass(1000); // an unhandled rejection would fail this test
  esteira.close();
});

Deno.test("many are created all or none, in their order", async () => {
  const { esteira, server, clock, shown } = screen();
  const queue = shown(esteira.jobs.queue());
  await clock.pass(0);
  const handles = esteira.jobs.createMany(
    [1, 2, 3].map((n) => ({ tool: "image", input: { prompt: `${n}` } })),
  );
  assert.equal(queue.now().data?.jobs.length, 3);
  await clock.pass(0);
  const jobs = await Promise.all(handles.map(({ created }) => created));
  assert.deepEqual(jobs.map(({ input }) => (input as { prompt: string }).prompt), ["1", "2", "3"]);
  const refused = esteira.jobs.createMany(["image", "refused"].map((tool) => ({ tool, input: {} })));
  assert.equal(queue.now().data?.jobs.length, 5);
  await clock.pass(0);
  for (const { created } of refused) await assert.rejects(created, { code: "insufficient_credits" });
  assert.deepEqual([queue.now().data?.jobs.length, server.jobs.size], [3, 3]);
  assert.deepEqual(esteira.jobs.createMany([]), []);
  esteira.close();
});

Deno.test("a create goes on trying while the network is down, and at once when it is back", async () => {
  const { esteira, server, clock } = screen();
  const { fate } = server;
  server.fate = () => {
    throw new TypeError("Failed to fetch");
  };
  const handle = esteira.jobs.create("upscaler", { image: "a.png" });
  await clock.pass(3_600_000);
  assert.ok(handle.job().isCreating);
  const tries = server.requests.length;
  assert.ok(tries > 100 && tries < 400, `${tries} tries in an hour`);
  server.fate = fate;
  clock.tell("online");
  await clock.pass(0);
  assert.equal((await handle.created).status, "pending");
  esteira.close();
});

Deno.test("closing gives up what is still being created", async () => {
  const { esteira, server, clock } = screen();
  server.fate = () => {
    throw new TypeError("Failed to fetch");
  };
  const handle = esteira.jobs.create("upscaler", { image: "a.png" });
  await clock.pass(1000);
  esteira.close();
  await assert.rejects(handle.created, { code: "closed" });
  await settle();
  assert.equal(clock.timers(), 0);
});

Deno.test("a key whose create is under way is the same job; one that was used before answers with that job", async () => {
  const { esteira, server, clock, shown } = screen();
  const queue = shown(esteira.jobs.queue());
  await clock.pass(0);
  const wish = ["upscaler", { image: "a.png" }, { idempotencyKey: "click-1" }] as const;
  const first = esteira.jobs.create(...wish);
  assert.equal(esteira.jobs.create(...wish), first);
  await clock.pass(0);
  const again = esteira.jobs.create(...wish);
  assert.equal(queue.now().data?.jobs.length, 1);
  await clock.pass(0);
  assert.equal((await again.created).id, (await first.created).id);
  assert.deepEqual([server.jobs.size, queue.now().data?.jobs.length], [1, 1]);
  esteira.close();
});

Deno.test("what the caller does to the input later is not sent", async () => {
  const { esteira, server, clock } = screen();
  const input = { prompt: "a lighthouse" };
  const handle = esteira.jobs.create("image", input);
  input.prompt = "a windmill";
  await clock.pass(0);
  assert.deepEqual([...server.jobs.values()].map((job) => job.input), [{ prompt: "a lighthouse" }]);
  assert.deepEqual(handle.job().input, { prompt: "a lighthouse" });
  esteira.close();
});

Deno.test("an input that is no JSON is the caller's mistake, and told at once", async () => {
  const { esteira, server, clock } = screen();
  const input: Record<string, unknown> = {};
  input.self = input;
  assert.throws(() => esteira.jobs.create("other", input), TypeError);
  assert.throws(() => esteira.jobs.createMany([{ tool: "other", input: { n: 1n } }]), TypeError);
  await clock.pass(1000);
  assert.deepEqual([server.requests.length, esteira.jobs.queue().getSnapshot().state], [0, "loading"]);
  esteira.close();
});
