import assert from "node:assert/strict";
import type { ClientJob } from "../api/job.ts";
import type { Job } from "../../../shared/rows/job.ts";
import { settle } from "../testing/manual_clock.ts";
import { screen } from "../testing/screen.ts";

/** A job with a file whose address is good for an hour, signed anew with each read. */
function completed(it: ReturnType<typeof screen>, id: string): Job {
  let signed = 0;
  const job = it.server.move(id, "completed", { output_paths: ["a.png"] });
  const file = { bucket: "outputs", path: "a.png", content_type: "image/png", bytes: 3 };
  Object.defineProperty(job, "output", {
    enumerable: true,
    get: () => ({
      files: [{
        ...file,
        signedUrl: `https://files/${++signed}`,
        signedUrlExpiresAt: new Date(it.clock.now() + 3_600_000).toISOString(),
      }],
    }),
  });
  return job;
}
const addressIn = (job: ClientJob | null) => job?.output?.files[0]?.signedUrl;
const readsOf = ({ server }: ReturnType<typeof screen>) =>
  server.requests.filter(({ path }) => path.startsWith("jobs/by-id"));

Deno.test("a job that is watched is read, then followed; what completes is read for its files", async () => {
  const it = screen();
  const { id } = it.server.create({ tool: "image", input: { prompt: "a boat" } });
  it.server.told();
  const { now } = it.shown(it.esteira.jobs.watch(id));
  await it.clock.pass(0);
  assert.deepEqual([now().data?.status, now().data?.input], ["pending", { prompt: "a boat" }]);
  for (const step of ["starting", "running"] as const) {
    it.server.move(id, step);
    it.deliver();
  }
  assert.deepEqual(now().data?.step_history.map(({ step }) => step), [
    "insert",
    "queued",
    "starting",
    "running",
  ]);
  assert.equal(readsOf(it).length, 1, "and all of that was told");
  completed(it, id);
  it.deliver();
  assert.deepEqual([now().data?.status, now().data?.output], ["completed", null]);
  await it.clock.pass(100);
  assert.match(addressIn(now().data) ?? "", /^https:\/\/files\//);
  it.esteira.close();
});

Deno.test("when something between was missed, the job is read; many at about the same time in one request", async () => {
  const it = screen();
  const jobs = [1, 2, 3].map(() => it.server.create({ tool: "image", input: {} }));
  const shown = jobs.map(({ id }) => it.shown(it.esteira.jobs.watch(id)));
  await it.clock.pass(200);
  const before = readsOf(it).length;
  for (const { id } of jobs) it.server.move(id, "starting");
  it.server.told(); // lost
  for (const { id } of jobs) it.server.move(id, "running");
  it.deliver();
  assert.deepEqual(shown.map(({ now }) => now().data?.current_step), ["running", "running", "running"]);
  await it.clock.pass(200);
  assert.equal(readsOf(it).length, before + 1);
  for (const { now } of shown) {
    assert.deepEqual(now().data?.step_history.map(({ step }) => step), [
      "insert",
      "queued",
      "starting",
      "running",
    ]);
  }
  it.esteira.close();
});

Deno.test("files are signed anew before their addresses expire, while somebody watches and no longer", async () => {
  const it = screen();
  const { id } = it.server.create({ tool: "image", input: {} });
  completed(it, id);
  const { now, release } = it.shown(it.esteira.jobs.watch(id));
  await it.clock.pass(100);
  const first = addressIn(now().data);
  await it.clock.pass(45 * 60_000);
  assert.equal(addressIn(now().data), first);
  await it.clock.pass(10 * 60_000);
  assert.notEqual(addressIn(now().data), first);
  release();
  await it.clock.pass(5000);
  const reads = readsOf(it).length;
  await it.clock.pass(3 * 3_600_000);
  assert.deepEqual([readsOf(it).length, it.clock.timers()], [reads, 0]);
  it.esteira.close();
});

Deno.test("a job that is not there is told as not_found, and so is one that was deleted", async () => {
  const it = screen();
  const nobodys = it.shown(it.esteira.jobs.watch("00000000-0000-4000-8000-000000000000"));
  const { id } = it.server.create({ tool: "image", input: {} });
  it.server.move(id, "failed");
  const [inserted, ...rest] = it.server.told();
  const { now } = it.shown(it.esteira.jobs.watch(id));
  await it.clock.pass(100);
  assert.equal((nobodys.now().error as { code?: string }).code, "not_found");
  assert.equal(now().data?.status, "failed");
  it.server.remove(id);
  it.deliver();
  assert.deepEqual([now().state, now().data], ["failed", null]);
  for (const { event, payload } of [inserted!, ...rest]) it.link.message("jobs:user-1", event, payload);
  assert.equal(now().state, "failed", "late events bring nothing back");
  it.esteira.close();
});

Deno.test("the store of a job is the same for everybody, and holds the same object while nothing changes", async () => {
  const it = screen();
  const { id } = it.server.create({ tool: "image", input: {} });
  assert.equal(it.esteira.jobs.watch(id), it.esteira.jobs.watch(id));
  assert.equal(it.esteira.jobs.handle(id), it.esteira.jobs.handle(id));
  const { now, seen } = it.shown(it.esteira.jobs.watch(id));
  await it.clock.pass(0);
  const before = now();
  await it.read();
  it.deliver();
  assert.equal(now(), before);
  assert.equal(seen.length, 2);
  it.esteira.close();
});

Deno.test("done() is one promise, that resolves with the output; with a signal it is another one", async () => {
  const it = screen();
  const handle = it.esteira.jobs.create("image", { prompt: "a boat" });
  assert.equal(handle.done(), handle.done());
  const controller = new AbortController();
  const left = handle.done(controller.signal);
  await it.clock.pass(0);
  controller.abort(new Error("left"));
  await assert.rejects(left, /left/);
  completed(it, handle.id!);
  it.deliver();
  await it.clock.pass(200);
  assert.match(addressIn(await handle.done()) ?? "", /^https/);
  await assert.rejects(handle.done(AbortSignal.abort(new Error("at once"))), /at once/);
  it.esteira.close();
});

Deno.test("done() rejects with JobFailed, and with nothing that nobody hears", async () => {
  const it = screen();
  const handle = it.esteira.jobs.create("image", { prompt: "a boat" });
  void handle.done();
  await it.clock.pass(0);
  it.server.move(handle.id!, "failed", { error_code: "1501", error_message: "not allowed" });
  it.deliver();
  await assert.rejects(handle.done(), { name: "JobFailed", code: "1501", message: "not allowed" });
  it.esteira.close();
});

Deno.test("whoever iterates gets every change once, and the end with its output", async () => {
  const it = screen();
  const handle = it.esteira.jobs.create("image", { prompt: "a boat" });
  const steps: string[] = [];
  const followed = (async () => {
    for await (const job of handle) steps.push(`${job.current_step} ${job.version}`);
  })();
  await it.clock.pass(0);
  const id = handle.id!;
  for (const step of ["starting", "running"] as const) it.server.move(id, step);
  it.deliver(); // together, before anybody could take the first
  await it.read();
  completed(it, id);
  it.deliver();
  await it.clock.pass(200);
  await followed;
  assert.deepEqual(steps, ["insert 0", "queued 1", "starting 2", "running 3", "completed 4"]);
  await it.clock.pass(5000);
  assert.deepEqual(it.link.held(), [], "and lets go");
  it.esteira.close();
});

Deno.test("leaving an iteration lets go of the job, whatever it waits for", async () => {
  const it = screen();
  const { id } = it.server.create({ tool: "image", input: {} });
  const iterator = it.esteira.jobs.handle(id)[Symbol.asyncIterator]();
  const first = iterator.next();
  await it.clock.pass(0);
  assert.equal((await first).value.id, id);
  const second = iterator.next();
  await settle();
  await iterator.return?.();
  assert.deepEqual(await second, { done: true, value: undefined });
  await it.clock.pass(5000);
  assert.deepEqual([it.link.held(), it.clock.timers()], [[], 0]);
  it.esteira.close();
});

Deno.test("a job is cancelled and done again, by its key as well", async () => {
  const it = screen();
  const handle = it.esteira.jobs.create("image", { prompt: "a boat" });
  const cancelled = it.esteira.jobs.cancel(handle.key); // before the server has it
  await it.clock.pass(0);
  assert.equal((await cancelled).status, "cancelled");
  const again = await it.esteira.jobs.retry(handle.key);
  assert.equal(again.job().status, "pending");
  assert.equal(it.esteira.jobs.watch(handle.key).getSnapshot().data?.id, handle.id);
  await assert.rejects(it.esteira.jobs.get("00000000-0000-4000-8000-000000000000"), { code: "not_found" });
  const { jobs, nextCursor } = await it.esteira.jobs.list({ limit: 1 });
  assert.deepEqual([jobs.length, typeof nextCursor], [1, "string"]);
  const next = await it.esteira.jobs.list({ limit: 1, cursor: nextCursor! });
  assert.deepEqual([next.jobs[0]?.id, next.nextCursor], [handle.id, null]);
  it.esteira.close();
});

// @acceptance 001:282, 002:150-187, 002:562, 002:594
Deno.test("lines tell what came and what was made of it, in the words of document 002", async () => {
  const it = screen();
  const { id } = it.server.create({ tool: "image", input: {} });
  it.server.told();
  it.shown(it.esteira.jobs.watch(id));
  await it.clock.pass(0);
  it.server.move(id, "running");
  it.deliver();
  const line = (start: string) => it.lines.find(({ message }) => message === start)?.details;
  assert.deepEqual(line("[REALTIME] Job update received:"), {
    timestamp: new Date(it.clock.now()).toISOString(),
    userId: "user-1",
    type: "UPDATE",
    jobId: id,
    oldStatus: "pending",
    newStatus: "processing",
    hasNew: true,
    hasOld: true,
  });
  assert.deepEqual(line("[REALTIME] Current jobs state:"), { count: 1, jobIds: [id] });
  assert.deepEqual(line("[REALTIME] Updated jobs state:"), {
    count: 1,
    jobIds: [id],
    wasAdded: false,
    wasRemoved: false,
  });
  it.link.setStatus("polling");
  it.server.move(id, "failed");
  await it.clock.pass(200);
  await it.read("poll");
  assert.deepEqual(line("[POLLING] Checking job status:"), { jobIds: [id], requestIds: [] });
  assert.deepEqual(line("[POLLING] Job finished, stopping polling:"), {
    jobId: id,
    requestId: null,
    status: "failed",
  });
  it.esteira.close();
});

Deno.test("what a list tells of a completed job is not its output: whoever waits gets files with addresses", async () => {
  const it = screen();
  it.shown(it.esteira.jobs.queue());
  const handle = it.esteira.jobs.create("image", { prompt: "a boat" });
  let done: ClientJob | undefined;
  void handle.done().then((job) => done = job);
  await it.clock.pass(0);
  const { id } = completed(it, handle.id!);
  it.server.told(); // lost: a list is what tells of it
  const { files } = it.server.jobs.get(id)!.output!;
  const unsigned = files.map(({ bucket, path, content_type, bytes }) => ({
    bucket,
    path,
    content_type,
    bytes,
  }));
  const { fate } = it.server;
  it.server.fate = async (request, answer) => {
    if (!request.path.startsWith("jobs?")) return await fate(request, answer);
    const body = JSON.parse(await (await answer()).text());
    for (const job of body.jobs) if (job.output) job.output = { files: unsigned };
    return new Response(JSON.stringify(body));
  };
  void it.link.snapshot("poll");
  await settle();
  assert.deepEqual([handle.job().status, handle.job().output?.files[0]?.signedUrl, done], [
    "completed",
    null,
    undefined,
  ]);
  await it.clock.pass(500);
  assert.match(addressIn(done ?? null) ?? "", /^https/);
  await it.read("poll");
  assert.match(addressIn(handle.job()) ?? "", /^https/, "and the next list takes none away");
  it.esteira.close();
});

Deno.test("a name that can be no id is nobody's job, and keeps no other from being read", async () => {
  const it = screen();
  const { id } = it.server.create({ tool: "image", input: {} });
  const [job, none] = [id, "click-1"].map((name) => it.shown(it.esteira.jobs.watch(name)));
  await it.clock.pass(100);
  assert.deepEqual([job!.now().state, none!.now().state], ["ready", "failed"]);
  for (const name of ["..", "", "click-1"]) {
    await assert.rejects(it.esteira.jobs.get(name), { code: "not_found" });
    await assert.rejects(it.esteira.jobs.cancel(name), { code: "not_found" });
  }
  assert.ok(it.server.requests.every(({ path }) => !path.includes("click") && !path.includes("..")));
  it.esteira.close();
});
