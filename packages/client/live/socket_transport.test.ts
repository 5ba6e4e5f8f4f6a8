import { createClient as createNewest } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { createClient as createOldest } from "supabase-js-oldest";
import type { FakeProject } from "./testing/fake_project.ts";
import { withProject } from "./testing/fake_project.ts";
import { FakeTab } from "./testing/fake_tab.ts";
import { FakeScreen } from "./testing/fake_screen.ts";
import { socketTransport } from "./socket_transport.ts";
import { createLink } from "./create_link.ts";

/** With the newest supabase-js, and with the first of the peer range, whose Realtime is another one. */
function onBoth(name: string, run: (project: FakeProject) => Promise<void>): void {
  for (const [end, createClient] of Object.entries({ newest: createNewest, oldest: createOldest as never })) {
    Deno.test(`${name} (${end})`, () =>
      withProject((project) => {
        project.createClient = createClient;
        return run(project);
      }));
  }
}

async function live(project: FakeProject) {
  const tab = new FakeTab(project, { random: () => 0.5 });
  await tab.signIn("anna");
  const screen = new FakeScreen(tab);
  await project.clock.pass(500);
  assert.equal(tab.link.connection.getSnapshot().status, "live");
  return { tab, screen };
}

const status = (tab: FakeTab) => tab.link.connection.getSnapshot().status;

/** What a change that is committed now shows within 100 ms. */
async function hears(project: FakeProject, screen: FakeScreen): Promise<boolean> {
  const version = project.commit("anna", "heard");
  project.realtime.broadcast("jobs:anna", "job", { row: "heard", version, owner: "anna" });
  await project.clock.pass(100);
  return screen.rows.heard === version;
}

function joinsAreValid({ realtime }: FakeProject): void {
  for (const { topic, userId } of realtime.joins) assert.equal(topic, `jobs:${userId}`);
}

onBoth("a broadcast is told as it comes", async (project) => {
  const { screen } = await live(project);
  assert.ok(await hears(project, screen));
});

onBoth("after a day asleep the first join has a token of the new day (supabase-js#2613)", async (project) => {
  const { tab, screen } = await live(project);
  for (const socket of [...tab.sockets]) socket.cut();
  project.clock.sleep(86_400_000);
  tab.tell("visible");
  await project.clock.pass(6_000);
  assert.equal(status(tab), "live");
  assert.ok(project.realtime.joins.length >= 2);
  joinsAreValid(project);
  assert.ok(await hears(project, screen));
});

onBoth(
  "a channel that is lost is off the client at once, so that nothing is joined behind our back",
  async (project) => {
    const { tab } = await live(project);
    const seen: number[] = [];
    tab.link.connection.subscribe(() => seen.push(tab.supabase.getChannels().length));
    for (const socket of [...tab.sockets]) socket.cut();
    await project.clock.pass(1);
    assert.equal(seen[0], 0);
    assert.equal(status(tab), "catching_up");
  },
);

onBoth(
  "a cut costs no more than the first back-off: what is left of the socket is not waited for",
  async (project) => {
    const { tab, screen } = await live(project);
    for (const socket of [...tab.sockets]) socket.cut();
    await project.clock.pass(500 + 200);
    assert.equal(status(tab), "live");
    assert.ok(await hears(project, screen));
  },
);

onBoth("a dead socket is found within seconds of a wake-up, not within heartbeats", async (project) => {
  const { tab, screen } = await live(project);
  for (const socket of tab.sockets) socket.isHalfOpen = true;
  tab.run(() => tab.link.connection.retry());
  await project.clock.pass(7_500); // 4 s for an answer, 1.5 s to give the socket up, the first back-off
  assert.equal(status(tab), "live");
  assert.ok(await hears(project, screen));
});

onBoth("on a slow network a socket is given more and more time to answer", async (project) => {
  const { tab } = await live(project);
  tab.network.latency = 3_000;
  tab.run(() => tab.link.connection.retry());
  await project.clock.pass(60_000);
  assert.equal(status(tab), "live");
});

onBoth("a token that expires while the socket opens is not used", async (project) => {
  const tab = new FakeTab(project);
  tab.network.latency = 2_000; // a socket takes 4 s to open
  const told: string[] = [];
  const transport = tab.run(() =>
    socketTransport(tab.supabase, tab.surroundings)({
      up: (topic) => told.push(`up ${topic}`),
      down: (topic, reason, fatal) => told.push(`down ${topic}: ${reason} ${fatal}`),
      message() {},
    })
  );
  project.auth.lifetime = 6;
  const token = String(project.auth.signIn("anna").access_token);
  tab.run(() => transport.join("jobs:anna", token));
  await project.clock.pass(1_000);
  project.clock.sleep(3_000);
  await project.clock.pass(6_000);
  assert.deepEqual(told, ["down jobs:anna: the token expired while the socket opened false"]);
  assert.equal(project.realtime.joins.length, 0);
  tab.run(() => transport.close());
});

onBoth(
  "on an open socket of a client with accessToken, a join has the token of now, not that of the last heartbeat",
  async (project) => {
    const tab = new FakeTab(project, { givesTokens: true, random: () => 0.5 });
    await tab.signIn("anna");
    new FakeScreen(tab);
    await project.clock.pass(6_000);
    assert.equal(status(tab), "live");
    project.clock.sleep(86_400_000);
    tab.run(() => tab.link.connection.retry());
    await project.clock.pass(1_000);
    joinsAreValid(project);
    assert.equal(status(tab), "live");
  },
);

onBoth("a token that expires while joined is renewed before, and the channel stays", async (project) => {
  const { tab, screen } = await live(project);
  await project.clock.pass(3 * 3_600_000);
  assert.equal(project.realtime.joins.length, 1);
  assert.deepEqual(screen.states, ["SUBSCRIBED"]);
  assert.ok(await hears(project, screen));
  assert.equal(status(tab), "live");
});

onBoth("a channel that the server closes is joined again", async (project) => {
  const { tab, screen } = await live(project);
  project.realtime.expel("jobs:anna");
  await project.clock.pass(1_000);
  assert.deepEqual(screen.states, ["SUBSCRIBED", "CLOSED", "SUBSCRIBED"]);
  assert.equal(status(tab), "live");
  assert.ok(await hears(project, screen));
});

onBoth("what the app takes away with removeAllChannels comes back", async (project) => {
  const { tab, screen } = await live(project);
  tab.run(() => tab.supabase.removeAllChannels());
  await project.clock.pass(3_000);
  assert.equal(status(tab), "live");
  assert.ok(await hears(project, screen));
});

onBoth("two links of one client join a topic once, and the last to close lets go of it", async (project) => {
  const { tab, screen } = await live(project);
  const second = tab.run(() =>
    createLink(tab.supabase, { shareTabs: false, surroundings: tab.surroundings })
  );
  const told: unknown[] = [];
  tab.run(() =>
    second.hold({
      topic: "jobs:anna",
      message: ({ payload }) => void told.push(payload),
      snapshot: () => Promise.resolve(),
      isOpen: () => true,
      userChanged() {},
    })
  );
  await project.clock.pass(1_000);
  assert.ok(await hears(project, screen));
  assert.deepEqual([told.length, project.realtime.joins.length, tab.supabase.getChannels().length], [
    1,
    1,
    1,
  ]);
  tab.run(() => tab.link.close());
  await project.clock.pass(5_000);
  assert.equal(second.connection.getSnapshot().status, "live");
  assert.equal(project.realtime.joined("jobs:anna"), 1);
  tab.run(() => second.close());
  await project.clock.pass(5_000);
  assert.deepEqual([tab.supabase.getChannels().length, project.realtime.sockets()], [0, 0]);
});

onBoth(
  "a channel that the app has on the same topic is listened to, and left to the app",
  async (project) => {
    const tab = new FakeTab(project, { random: () => 0.5 });
    await tab.signIn("anna");
    const heard: unknown[] = [];
    const channel = tab.run(() =>
      tab.supabase.channel("jobs:anna", { config: { private: true } })
        .on("broadcast", { event: "*" }, (message) => heard.push(message)).subscribe()
    );
    const screen = new FakeScreen(tab);
    await project.clock.pass(2_000); // the oldest joins without a token first
    assert.equal(status(tab), "live");
    assert.ok(await hears(project, screen));
    screen.release();
    await project.clock.pass(5_000);
    assert.equal(channel.state, "joined");
    screen.hold();
    await project.clock.pass(1_000);
    assert.ok(await hears(project, screen));
    assert.equal(heard.length, 2);
    tab.run(() => tab.supabase.removeChannel(channel));
    await project.clock.pass(2_000);
    assert.equal(status(tab), "live", "the topic is ours now");
    assert.ok(await hears(project, screen));
  },
);

onBoth("a public channel of the app brings nothing: its topic is polled", async (project) => {
  const tab = new FakeTab(project);
  await tab.signIn("anna");
  tab.run(() => tab.supabase.channel("jobs:anna").subscribe());
  new FakeScreen(tab);
  await project.clock.pass(20_000);
  assert.equal(status(tab), "polling");
  assert.match(tab.link.connection.getSnapshot().reason, /not a private one/);
});

onBoth("where there is no WebSocket, what is open is polled, and nothing throws", async (project) => {
  const { tab, screen } = await live(project);
  Object.defineProperty(tab.supabase.realtime, "connect", {
    value: () => {
      throw new Error("WebSocket not available");
    },
  });
  for (const socket of [...tab.sockets]) socket.cut();
  const version = project.commit("anna", "a");
  await project.clock.pass(900);
  assert.notEqual(status(tab), "live");
  await project.clock.pass(6_000);
  assert.equal(screen.rows.a, version);
});

/** Holds a topic without rows: nothing but messages tells of it. */
function listen(tab: FakeTab, topic: string): unknown[] {
  const heard: unknown[] = [];
  tab.run(() =>
    tab.link.hold({
      topic,
      message: ({ payload }) => heard.push(payload),
      snapshot: () => Promise.resolve(),
      isOpen: () => false,
      userChanged() {},
    })
  );
  return heard;
}

onBoth(
  "what was told while a channel was lost is replayed when it is back, for who has no snapshot",
  async (project) => {
    const { tab } = await live(project);
    const heard = listen(tab, "lane:fal");
    await project.clock.pass(500);
    project.realtime.broadcast("lane:fal", "moved", { n: 1 });
    await project.clock.pass(500);
    for (const socket of [...tab.sockets]) socket.cut();
    project.realtime.broadcast("lane:fal", "moved", { n: 2 });
    await project.clock.pass(2_000);
    assert.equal(status(tab), "live");
    assert.deepEqual(heard, [{ n: 1 }, { n: 1 }, { n: 2 }]);
  },
);

onBoth("a server that refuses to replay is joined without, at once, and not asked again", async (project) => {
  project.realtime.refusesReplay = true;
  const { tab, screen } = await live(project);
  for (let cuts = 1; cuts <= 2; cuts++) {
    for (const socket of [...tab.sockets]) socket.cut();
    await project.clock.pass(700);
    assert.equal(status(tab), "live");
    assert.equal(project.realtime.joins.length, cuts + 2, "one join was refused");
    assert.deepEqual(screen.states.slice(-2), ["CHANNEL_ERROR", "SUBSCRIBED"]);
  }
  assert.ok(await hears(project, screen));
  assert.equal(tab.supabase.getChannels().length, 1);
});

onBoth("a socket that throws when it is written to leaves no channel on the client", async (project) => {
  const { tab } = await live(project);
  for (const socket of tab.sockets) {
    Object.assign(socket, {
      send() {
        throw new DOMException("closing", "InvalidStateError");
      },
    });
  }
  const seen: number[] = [];
  tab.link.connection.subscribe(() => seen.push(tab.supabase.getChannels().length));
  tab.run(() => tab.link.connection.retry());
  await project.clock.pass(1_000);
  assert.equal(seen.at(-1), 0);
  assert.match(tab.link.connection.getSnapshot().reason, /closing/);
  for (const socket of [...tab.sockets]) socket.cut();
  await project.clock.pass(5_000);
  assert.equal(status(tab), "live");
});

onBoth(
  "a channel that the server has lost without a word is joined anew as soon as a read brings news",
  async (project) => {
    const { tab, screen } = await live(project);
    project.realtime.forget("jobs:anna");
    assert.equal(await hears(project, screen), false);
    await project.clock.pass(31_000);
    assert.equal(screen.rows.heard, 1);
    assert.equal(status(tab), "live");
    assert.ok(await hears(project, screen));
  },
);

onBoth("a project that broadcasts nothing is joined anew less and less often", async (project) => {
  await live(project);
  for (let i = 0; i < 240; i++) {
    project.commit("anna", "a"); // and nothing is broadcast
    await project.clock.pass(30_000);
  }
  assert.ok(
    project.realtime.joins.length >= 6 && project.realtime.joins.length <= 12,
    `${project.realtime.joins.length}`,
  );
});
