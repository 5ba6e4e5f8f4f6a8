import assert from "node:assert/strict";
import { type FakeRealtime, fakeRealtime } from "./fake_realtime_fixture.ts";
import { RealtimeUpstream } from "./realtime_upstream.ts";

/** Runs `body` with a Realtime in place. */
async function withRealtime(body: (realtime: FakeRealtime) => Promise<void>): Promise<void> {
  const realtime = fakeRealtime();
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => realtime.handle(request) ?? new Response(null, { status: 404 }),
  );
  Deno.env.set("SUPABASE_URL", `http://127.0.0.1:${server.addr.port}`);
  Deno.env.set("SUPABASE_SECRET_KEYS", '{"default":"sb_secret_test"}');
  Deno.env.set("SUPABASE_PUBLISHABLE_KEYS", '{"default":"sb_publishable_test"}');
  await body(realtime);
}

/** Joins a topic and keeps what comes of it. */
function join(upstream: RealtimeUpstream, topic: string) {
  const heard: unknown[] = [];
  const joined = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<string>();
  const heardOne = Promise.withResolvers<void>();
  let times = 0;
  const leave = upstream.join(topic, {
    joined: joined.resolve,
    message: (message) => {
      heard.push(message);
      heardOne.resolve();
    },
    lost: (reason) => {
      times++;
      lost.resolve(reason);
    },
  });
  return {
    heard,
    joined: joined.promise,
    lost: lost.promise,
    heardOne: heardOne.promise,
    leave,
    times: () => times,
  };
}

const until = async (is: () => boolean) => {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 5));
};

Deno.test("a topic is joined as the project itself, on a private channel, once Realtime reads the database", async () => {
  await withRealtime(async (realtime) => {
    const upstream = new RealtimeUpstream();
    const one = join(upstream, "jobs:a");
    await one.joined;
    assert.equal(realtime.sockets[0]?.url.searchParams.get("apikey"), "sb_secret_test");
    const { config } = realtime.joins[0]?.payload as { config: Record<string, unknown> };
    assert.deepEqual([config.private, (config.broadcast as Record<string, unknown>).replication_ready], [
      true,
      true,
    ]);
    realtime.broadcast("jobs:a", "UPDATE", { id: 1 });
    await one.heardOne;
    assert.deepEqual(one.heard, [{ topic: "jobs:a", event: "UPDATE", payload: { id: 1 } }]);
    one.leave();
    await until(() => realtime.sockets.length === 0);
    assert.deepEqual([upstream.size, one.times()], [0, 0]);
  });
});

Deno.test("a Realtime that does not say when it reads the database is believed after some seconds", async () => {
  await withRealtime(async (realtime) => {
    realtime.saysReady = false;
    const one = join(new RealtimeUpstream(1), "jobs:a");
    await one.joined;
    one.leave();
    await until(() => realtime.sockets.length === 0);
  });
});

Deno.test("no socket has more than a hundred channels, and none stays without", async () => {
  await withRealtime(async (realtime) => {
    const upstream = new RealtimeUpstream();
    const all = Array.from({ length: 210 }, (_, n) => join(upstream, `jobs:${n}`));
    await Promise.all(all.map(({ joined }) => joined));
    assert.deepEqual(realtime.sockets.map(({ joined }) => joined.size).toSorted((a, b) => a - b), [
      10,
      100,
      100,
    ]);
    for (const { leave } of all.slice(0, 100)) leave();
    await until(() => realtime.sockets.length === 2);
    for (const { leave } of all.slice(100)) leave();
    await until(() => realtime.sockets.length === 0);
    assert.equal(upstream.size, 0);
  });
});

Deno.test("a topic that is left and wanted again at once is joined anew", async () => {
  await withRealtime(async (realtime) => {
    const upstream = new RealtimeUpstream();
    const stays = join(upstream, "jobs:b");
    const first = join(upstream, "jobs:a");
    await Promise.all([stays.joined, first.joined]);
    first.leave();
    const second = join(upstream, "jobs:a");
    await second.joined;
    await until(() => realtime.sockets.filter(({ joined }) => joined.has("realtime:jobs:a")).length === 1);
    realtime.broadcast("jobs:a", "UPDATE", {});
    await second.heardOne;
    assert.deepEqual([first.heard.length, second.heard.length], [0, 1]);
    second.leave();
    stays.leave();
    await until(() => realtime.sockets.length === 0);
  });
});

Deno.test("when the socket breaks each topic is lost, once, and can be joined again", async () => {
  await withRealtime(async (realtime) => {
    const upstream = new RealtimeUpstream();
    const all = [join(upstream, "jobs:a"), join(upstream, "jobs:b")];
    await Promise.all(all.map(({ joined }) => joined));
    realtime.sockets[0]?.cut();
    await Promise.all(all.map(({ lost }) => lost));
    const again = join(upstream, "jobs:a");
    await again.joined;
    assert.deepEqual(all.map(({ times }) => times()), [1, 1]);
    again.leave();
    await until(() => realtime.sockets.length === 0);
    assert.equal(upstream.size, 0);
  });
});

Deno.test("a topic that is refused, or closed by the server, is lost with the reason", async () => {
  await withRealtime(async (realtime) => {
    const upstream = new RealtimeUpstream();
    realtime.answer = "refused";
    assert.match(await join(upstream, "jobs:a").lost, /Unauthorized/);
    realtime.answer = "ok";
    const one = join(upstream, "jobs:b");
    await one.joined;
    const socket = realtime.sockets.find(({ joined }) => joined.has("realtime:jobs:b"));
    socket?.push("realtime:jobs:b", "system", { extension: "system", status: "error", message: "shut down" });
    assert.equal(await one.lost, "shut down");
    await until(() => realtime.sockets.length === 0);
  });
});
