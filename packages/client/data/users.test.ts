import assert from "node:assert/strict";
import { gate, screen } from "../testing/screen.ts";
import { settle } from "../testing/manual_clock.ts";

Deno.test("when somebody else signs in, everything of the first is gone before anything of the second shows", async () => {
  const it = screen();
  const { esteira, server, clock, link } = it;
  const { id } = server.create({ tool: "image", input: {} });
  server.routes.set("models", {
    models: [{ id: "m", status: "READY", version: 1, createdAt: "2026-11-26T12:00:00Z", name: "Ana" }],
  });
  server.routes.set("jobs/credits", { balance: 7, entries: [], nextCursor: null });
  const queue = it.shown(esteira.jobs.queue());
  const job = it.shown(esteira.jobs.watch(id));
  const left = esteira.jobs.queue({ tool: "image" });
  it.shown(left).release(); // nobody listens to it any more
  const models = it.shown(esteira.models.watch());
  const credits = it.shown(esteira.credits.watch());
  await clock.pass(100);
  const all = () =>
    [queue, job, models, credits].map(({ now }) => now().state).concat(left.getSnapshot().state);
  assert.deepEqual(all(), ["ready", "ready", "ready", "ready", "ready"]);
  const asked = gate();
  server.fate = async (_, answer) => {
    await asked.promise;
    return answer();
  };
  const late = link.snapshot().catch((error) => error); // of the first, under way
  await settle();
  link.signIn("user-2");
  assert.deepEqual(all(), ["loading", "loading", "loading", "loading", "loading"]);
  server.jobs.clear();
  server.routes.set("models", { models: [] });
  asked.open();
  await clock.pass(30_000);
  await late;
  assert.deepEqual([queue.now().data?.jobs, job.now().state, models.now().data], [[], "failed", []]);
  link.signIn(null);
  assert.deepEqual(all(), ["loading", "loading", "loading", "loading", "loading"]);
  esteira.close();
});

Deno.test("a job that is still being created is not created for somebody else", async () => {
  const { esteira, server, clock, link } = screen();
  const { fate } = server;
  server.fate = () => {
    throw new TypeError("Failed to fetch");
  };
  const handle = esteira.jobs.create("image", { prompt: "a boat" });
  await clock.pass(1000);
  const { key } = handle;
  link.signIn("user-2");
  server.fate = fate;
  assert.equal(handle.key, key);
  await clock.pass(60_000);
  assert.equal(server.jobs.size, 0);
  await assert.rejects(handle.created, { code: "user_changed" });
  esteira.close();
});

Deno.test("a job that is created before it is known who is signed in is theirs", async () => {
  const { esteira, clock, link, shown } = screen({ user: undefined });
  const signedIn = gate<string>();
  link.token = () => signedIn.promise;
  const queue = shown(esteira.jobs.queue());
  const handle = esteira.jobs.create("image", { prompt: "a boat" });
  await clock.pass(0);
  assert.equal(queue.now().data?.jobs.length, 1);
  link.signIn("user-1");
  signedIn.open("token");
  await clock.pass(0);
  assert.equal((await handle.created).status, "pending");
  esteira.close();
});

Deno.test("nothing is left when the client is closed: no timer, no topic, and stores keep what they showed", async () => {
  const it = screen();
  const queue = it.shown(it.esteira.jobs.queue());
  const { id } = it.server.create({ tool: "image", input: {} });
  it.shown(it.esteira.jobs.position(id));
  it.shown(it.esteira.models.watch());
  it.shown(it.esteira.credits.watch());
  await it.clock.pass(1000);
  it.server.move(id, "running");
  it.deliver();
  it.esteira.close();
  await settle();
  assert.deepEqual([it.clock.timers(), it.link.held()], [0, []]);
  assert.equal(queue.now().data?.jobs.length, 1);
});
