import assert from "node:assert/strict";
import { aConnection, aCreator } from "../../testing/publications_fixture.ts";
import { screen } from "../../testing/screen.ts";

const OTHER = "0199a1b2-0000-7000-8000-0000000000c1";

async function withConnections() {
  const it = screen({ reportDelivery: false });
  let connections = [aConnection(), aConnection({ id: OTHER, platform: "x", limit: null })];
  it.server.routes.set("connections", () => ({ connections }));
  const watched = it.shown(it.esteira.connections.watch());
  await it.clock.pass(2000);
  const reads = () => it.server.requests.filter(({ path }) => path === "connections").length;
  const tell = (payload: unknown) => it.link.message("jobs:user-1", "connection_changed", payload);
  return { ...it, ...watched, reads, tell, put: (next: typeof connections) => connections = next };
}

Deno.test("a connection that has changed is shown so at once, and what may be posted with it is read", async () => {
  const { now, tell, put, reads, clock, release, esteira, lines } = await withConnections();
  assert.equal(now().data?.length, 2);
  const before = reads();
  const at = "2026-11-26T12:00:00.000Z";
  const change = {
    connection_id: aConnection().id,
    platform: "instagram",
    state: "reconnect_needed",
    state_code: "190/463",
  };
  tell({ ...change, held_until: null, at });
  assert.deepEqual(
    now().data?.map(({ state, state_code, limit }) => [state, state_code, limit?.used]),
    [["reconnect_needed", "190/463", 3], ["live", null, undefined]],
  );
  put([aConnection({ state: "reconnect_needed", state_message: "Sign in again.", updated_at: at })]);
  await clock.pass(1000);
  assert.deepEqual(now().data?.map(({ state_message }) => state_message), ["Sign in again."]);
  assert.equal(reads(), before + 1);
  tell({ ...change, state: "live", state_code: null, held_until: null, at: "2026-11-26T11:00:00.000Z" });
  assert.equal(now().data?.[0]?.state, "reconnect_needed", "what is told late is known already");
  assert.deepEqual(lines.filter(({ level }) => level === "warn"), []);
  release();
  esteira.close();
});

Deno.test("jobs that are watched beside connections take their news for no fault", async () => {
  const { tell, lines, shown, esteira, clock, release } = await withConnections();
  const jobs = shown(esteira.jobs.queue());
  await clock.pass(1000);
  tell({
    connection_id: OTHER,
    platform: "x",
    state: "live",
    state_code: null,
    held_until: null,
    at: "2026-11-26T12:00:00Z",
  });
  assert.deepEqual(lines.filter(({ level }) => level === "warn"), []);
  jobs.release();
  release();
  esteira.close();
});

Deno.test("what was published counts against what may be: it is read anew", async () => {
  const { link, reads, clock, release, esteira } = await withConnections();
  const before = reads();
  const told = (lane: string) =>
    link.message("jobs:user-1", "UPDATE", {
      new: {
        id: "1",
        tool: "x_post",
        lane,
        status: "completed",
        current_step: "completed",
        version: 2,
        created_at: "2026-11-26T12:00:00Z",
        updated_at: "2026-11-26T12:00:00Z",
      },
      old: { id: "1", status: "processing", current_step: "running", version: 1 },
      steps: [],
    });
  told("kie");
  await clock.pass(1000);
  assert.equal(reads(), before);
  told("publication");
  await clock.pass(1000);
  assert.equal(reads(), before + 1);
  release();
  esteira.close();
});

Deno.test("signing in, choosing, renewing and disconnecting ask what the function has routes for", async () => {
  const { server, esteira, clock, now, release } = await withConnections();
  const { id } = aConnection();
  const { limit: _, ...row } = aConnection({ state: "revoked" });
  server.routes.set("connections/x/start", {
    url: "https://x.example/auth",
    expiresAt: "2026-11-26T12:10:00Z",
  });
  server.routes.set("connections/choices/c1", { platform: "instagram", accounts: [], nextCursor: null });
  server.routes.set(`connections/${id}`, { connection: row });
  server.routes.set(`connections/${id}/refresh`, { connection: row });
  const from = server.requests.length;
  const all = Promise.all([
    esteira.connections.start("x", { redirectTo: "https://app.example/back" }),
    esteira.connections.choices("c1", { cursor: "next" }),
    esteira.connections.refresh(id),
    esteira.connections.disconnect(id),
  ]);
  await clock.pass(50);
  const [started] = await all;
  assert.equal(started.url, "https://x.example/auth");
  assert.equal(now().data?.[0]?.state, "revoked");
  assert.deepEqual(
    server.requests.slice(from).map(({ method, path, body }) => [method, path, body]),
    [
      ["POST", "connections/x/start", { redirectTo: "https://app.example/back" }],
      ["GET", "connections/choices/c1?cursor=next", undefined],
      ["POST", `connections/${id}/refresh`, undefined],
      ["DELETE", `connections/${id}`, undefined],
    ],
  );
  release();
  esteira.close();
});

Deno.test("an account is chosen by its id at the platform, and is in the list from then on", async () => {
  const { server, esteira, clock, now, put, release } = await withConnections();
  const { limit: _, ...row } = aConnection({ id: "0199a1b2-0000-7000-8000-0000000000c2" });
  server.routes.set("connections/choices/c1", { connection: row });
  put([aConnection(), aConnection({ id: row.id })]);
  const chosen = esteira.connections.choose("c1", "17841400000000002");
  await clock.pass(1000);
  assert.equal((await chosen).id, row.id);
  assert.deepEqual(server.requests.findLast(({ method }) => method === "POST")?.body, {
    externalId: "17841400000000002",
  });
  assert.deepEqual(now().data?.map(({ id }) => id).includes(row.id), true);
  release();
  esteira.close();
});

Deno.test("what an account may choose is asked for each time; what is no answer to it is none", async () => {
  const { server, esteira, clock, release } = await withConnections();
  const path = `connections/${OTHER}/creator`;
  const ask = async () => {
    const asked = esteira.connections.creator(OTHER).catch((error) => error.code);
    await clock.pass(50);
    return await asked;
  };
  for (const creator of [aCreator(), null]) {
    server.routes.set(path, { creator });
    assert.deepEqual(await ask(), creator);
  }
  for (const answer of [{}, { creator: { privacy: "SELF_ONLY" } }, { creator: { privacy: [1] } }]) {
    server.routes.set(path, answer);
    assert.equal(await ask(), "malformed_answer");
  }
  assert.equal(server.requests.filter((one) => one.path === path && one.method === "GET").length, 5);
  release();
  esteira.close();
});
