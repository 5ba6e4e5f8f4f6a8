import assert from "node:assert/strict";
import type { Connection } from "../api/connection.ts";
import { createLink } from "./create_link.ts";
import { type FakeProject, withProject } from "./testing/fake_project.ts";
import { FakeTab } from "./testing/fake_tab.ts";
import { FakeScreen } from "./testing/fake_screen.ts";

async function live(project: FakeProject, options: { givesTokens?: boolean } = {}) {
  const tab = new FakeTab(project, { random: () => 0.5, ...options });
  const seen: Connection[] = [];
  tab.link.connection.subscribe(() => seen.push(tab.link.connection.getSnapshot()));
  await tab.signIn("anna");
  const screen = new FakeScreen(tab);
  await project.clock.pass(1_000);
  return { tab, screen, seen };
}

const now = (tab: FakeTab) => tab.link.connection.getSnapshot();
/** The times between reads, seconds. */
const pauses = ({ reads }: FakeProject) =>
  reads.slice(1).map(({ at }, i) => (at - (reads[i]?.at ?? 0)) / 1_000);

Deno.test("the connection tells of each state, with its reason, since when, and by what", () =>
  withProject(async (project) => {
    const { tab, screen, seen } = await live(project);
    for (const socket of [...tab.sockets]) socket.cut();
    await project.clock.pass(2_000);
    project.isUp = false;
    project.realtime.restart();
    await project.clock.pass(10_000);
    project.isUp = true;
    await project.clock.pass(40_000);
    tab.tell("offline");
    await project.clock.pass(1_000);
    tab.tell("online");
    await project.clock.pass(3_000);
    await tab.signOut();
    const states = seen.map(({ status }) => status).filter((status, i, all) => status !== all[i - 1]);
    assert.deepEqual(states, [
      "signed_out",
      "live",
      "catching_up",
      "live",
      "catching_up",
      "live",
      "catching_up",
      "offline",
      "polling",
      "catching_up",
      "live",
      "offline",
      "catching_up",
      "live",
      "signed_out",
    ]);
    assert.equal(seen.find(({ status }) => status === "offline")?.reason, "fetch failed");
    assert.equal(seen.findLast(({ status }) => status === "offline")?.reason, "no network");
    assert.ok(seen.some(({ reason }) => reason === "CHANNEL_ERROR: socket closed: 1006"));
    for (const { status, via } of seen) {
      if (status === "polling" || status === "offline") assert.equal(via, null);
    }
    assert.deepEqual(seen.findLast(({ reason }) => reason === "joined")?.via, "socket");
    for (const [i, { since }] of seen.entries()) assert.ok(since >= (seen[i - 1]?.since ?? 0));
    assert.deepEqual(screen.users, [null]);
  }));

Deno.test("a server renders the same as a browser first does, whatever the browser knows", () =>
  withProject(async (project) => {
    const { tab } = await live(project);
    const { connection } = tab.link;
    assert.equal(connection.getServerSnapshot(), new FakeTab(project).link.connection.getServerSnapshot());
    assert.deepEqual(connection.getServerSnapshot(), {
      status: "catching_up",
      since: 0,
      reason: "starting",
      via: null,
    });
    assert.equal(connection.getSnapshot(), connection.getSnapshot());
  }));

Deno.test("while live, what is open is read every 24 to 30 s, and what is not open is left alone", () =>
  withProject(async (project) => {
    const { screen } = await live(project);
    project.reads.length = 0;
    await project.clock.pass(100_000);
    for (const pause of pauses(project)) assert.ok(pause >= 24 && pause <= 30.1, `${pause}`);
    assert.equal(project.reads.length, 3);
    screen.isOpen = false;
    await project.clock.pass(300_000);
    assert.equal(project.reads.length, 3);
  }));

Deno.test("while not live, what is open is read every 4 to 5 s", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    project.realtime.refused.add("jobs:anna");
    project.realtime.expel("jobs:anna");
    await project.clock.pass(10_000);
    assert.equal(now(tab).status, "polling");
    assert.match(now(tab).reason, /Unauthorized/);
    project.reads.length = 0;
    const version = project.commit("anna", "a");
    await project.clock.pass(5_100);
    assert.equal(screen.rows.a, version);
    await project.clock.pass(30_000);
    const count = project.reads.length;
    assert.ok(count === 7 || count === 8, `${count}`);
    for (const pause of pauses(project)) assert.ok(pause >= 4 && pause <= 5.1, `${pause}`);
    screen.isOpen = false;
    await project.clock.pass(30_000);
    assert.equal(project.reads.length, count);
  }));

Deno.test("what is refused is asked for less and less often, and at once with a new token", () =>
  withProject(async (project) => {
    const { tab } = await live(project);
    project.realtime.refused.add("jobs:anna");
    project.realtime.expel("jobs:anna");
    await project.clock.pass(600_000);
    const { joins } = project.realtime;
    assert.ok(joins.length <= 7, `${joins.length}`);
    project.realtime.refused.clear();
    const before = joins.length;
    await tab.signIn("anna");
    assert.equal(joins.length, before + 1);
    await project.clock.pass(500);
    assert.equal(now(tab).status, "live");
  }));

Deno.test("nothing is read while nobody looks, and what was left out is read at the first look", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    tab.tell("hidden");
    await project.clock.pass(1);
    project.reads.length = 0;
    project.realtime.restart();
    const version = project.commit("anna", "a");
    await project.clock.pass(120_000);
    assert.equal(project.reads.length, 0);
    assert.equal(now(tab).status, "catching_up");
    tab.tell("visible");
    await project.clock.pass(100);
    assert.equal(screen.rows.a, version);
    await project.clock.pass(500);
    assert.equal(now(tab).status, "live");
  }));

Deno.test("a short look elsewhere costs nothing", () =>
  withProject(async (project) => {
    const { tab } = await live(project);
    project.reads.length = 0;
    for (let i = 0; i < 5; i++) {
      tab.tell("hidden");
      await project.clock.pass(1_200);
      tab.tell("visible");
      await project.clock.pass(1_200);
    }
    assert.deepEqual([project.reads.length, project.realtime.joins.length], [0, 1]);
    assert.equal(now(tab).status, "live");
  }));

Deno.test("a page that the browser restores reads and joins anew", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    tab.page.isFrozen = true;
    await project.clock.pass(2_000);
    const version = project.commit("anna", "a");
    tab.page.isFrozen = false;
    tab.tell("restored");
    await project.clock.pass(300);
    assert.equal(screen.rows.a, version);
    assert.equal(project.realtime.joins.length, 2);
  }));

Deno.test("a snapshot that fails is read again until it succeeds, and the screen is not called live before", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    project.isBroken = true;
    for (const socket of [...tab.sockets]) socket.cut();
    screen.isOpen = false;
    const version = project.commit("anna", "a");
    await project.clock.pass(300_000);
    assert.equal(now(tab).status, "catching_up");
    project.isBroken = false;
    await project.clock.pass(31_000);
    assert.equal(screen.rows.a, version);
    assert.equal(now(tab).status, "live");
  }));

Deno.test("a read that hangs is given up after 15 s, and read again", () =>
  withProject(async (project) => {
    const { tab } = await live(project);
    const reads: { reason: string; signal: AbortSignal }[] = [];
    tab.run(() =>
      tab.link.hold({
        topic: "lane:fal",
        message() {},
        snapshot: (reason, signal) => {
          reads.push({ reason, signal });
          return reads.length > 2 ? Promise.resolve() : new Promise(() => {}); // deaf to its signal
        },
        isOpen: () => true,
        userChanged() {},
      })
    );
    await project.clock.pass(60_000);
    assert.deepEqual(reads.slice(0, 3).map(({ reason, signal }) => [reason, signal.aborted]), [
      ["asked", true],
      ["joined", true],
      ["joined", false],
    ]);
    assert.equal(now(tab).status, "live");
  }));

Deno.test("many gaps are one snapshot, and snapshots of a holding never overlap", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    project.reads.length = 0;
    tab.run(() => {
      for (let i = 0; i < 20; i++) tab.link.missed("jobs:anna");
    });
    await project.clock.pass(10);
    tab.run(() => tab.link.missed("jobs:anna"));
    await project.clock.pass(1_000);
    assert.deepEqual(project.reads.map(({ reason }) => reason), ["gap", "gap"]);
    assert.deepEqual(screen.faults, []);
    tab.run(() => tab.link.missed("jobs:nobody"));
    await project.clock.pass(1_000);
    assert.equal(project.reads.length, 2);
  }));

Deno.test("holdings of one topic share a channel, and each reads for itself when it comes", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    const second = new FakeScreen(tab);
    await project.clock.pass(500);
    assert.deepEqual(second.reasons, ["asked"]);
    assert.deepEqual(second.states, ["SUBSCRIBED"]);
    assert.equal(project.realtime.joins.length, 1);
    screen.release();
    await project.clock.pass(5_000);
    assert.equal(project.realtime.joined("jobs:anna"), 1);
  }));

Deno.test("letting go and taking again at once leaves the channel alone, any number of times", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    for (let i = 0; i < 10; i++) {
      screen.release();
      screen.release();
      await project.clock.pass(i * 150);
      screen.hold();
    }
    await project.clock.pass(500);
    assert.equal(project.realtime.joins.length, 1);
    for (let i = 0; i < 3; i++) {
      screen.release();
      await project.clock.pass(5_000);
      assert.equal(project.realtime.joined("jobs:anna"), 0);
      screen.hold();
      await project.clock.pass(1_000);
      assert.equal(now(tab).status, "live");
    }
    assert.equal(project.realtime.joins.length, 4);
  }));

Deno.test("when nothing is held there is no socket, no request, and soon no timer but those of supabase.auth", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    screen.release();
    await project.clock.pass(15_000);
    assert.deepEqual([project.realtime.sockets(), tab.supabase.getChannels().length], [0, 0]);
    await tab.supabase.auth.stopAutoRefresh();
    assert.equal(project.clock.waiting(), 0);
    const before = project.reads.length;
    await project.clock.pass(600_000);
    assert.equal(project.reads.length, before);
    assert.deepEqual(now(tab), {
      status: "live",
      reason: "nothing is held",
      since: now(tab).since,
      via: null,
    });
  }));

Deno.test("nothing of the first user reaches the second", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    project.commit("anna", "a");
    project.commit("bob", "b");
    tab.run(() => tab.supabase.auth.signInWithPassword({ email: "bob", password: "x" }));
    await project.clock.pass(20);
    tab.run(() => tab.link.missed("jobs:anna")); // answered after bob is there
    await project.clock.pass(1_000);
    project.realtime.broadcast("jobs:anna", "job", { row: "a", version: 9, owner: "anna" });
    await project.clock.pass(1_000);
    assert.deepEqual([screen.users, screen.rows, screen.faults], [["bob"], { b: 1 }, []]);
    assert.ok(screen.reasons.includes("gap"));
    assert.equal(project.realtime.joined("jobs:anna"), 0);
  }));

Deno.test("signed out, a holding is told so and nothing is asked; signed in, all comes back", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    project.commit("anna", "a");
    await tab.signOut();
    project.reads.length = 0;
    await project.clock.pass(60_000);
    assert.deepEqual([now(tab).status, project.reads.length, project.realtime.sockets()], [
      "signed_out",
      0,
      0,
    ]);
    await tab.signIn("anna");
    await project.clock.pass(500);
    assert.deepEqual([screen.users, screen.rows, now(tab).status], [[null, "anna"], { a: 1 }, "live"]);
  }));

Deno.test("a session that is revoked ends as signed out when its token does", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    project.auth.revoke("anna");
    await project.clock.pass(3_700_000);
    assert.deepEqual([now(tab).status, screen.users], ["signed_out", [null]]);
  }));

Deno.test("with accessToken a sign-in is noticed within seconds, and another user with the next token", () =>
  withProject(async (project) => {
    const tab = new FakeTab(project, { givesTokens: true });
    const screen = new FakeScreen(tab);
    await project.clock.pass(20_000);
    assert.equal(now(tab).status, "signed_out");
    await tab.signIn("anna");
    await project.clock.pass(6_000);
    assert.equal(now(tab).status, "live");
    await project.clock.pass(2 * 3_600_000);
    assert.equal(now(tab).status, "live");
    await tab.signIn("bob");
    await project.clock.pass(31_000);
    assert.equal(tab.link.userId(), "bob");
    assert.deepEqual([now(tab).status, screen.users.at(-1), screen.faults], ["live", "bob", []]);
  }));

Deno.test("a holding that throws keeps nobody else from being told", () =>
  withProject(async (project) => {
    const { tab, screen } = await live(project);
    const fault = () => {
      throw new Error("a fault of the app");
    };
    tab.run(() =>
      tab.link.hold({
        topic: "jobs:anna",
        message: fault,
        snapshot: fault,
        isOpen: fault,
        userChanged: fault,
        state: fault,
      })
    );
    await project.clock.pass(10_000);
    const version = project.commit("anna", "a");
    project.realtime.broadcast("jobs:anna", "job", { row: "a", version, owner: "anna" });
    await project.clock.pass(100);
    assert.equal(screen.rows.a, version);
    await tab.signIn("bob");
    await project.clock.pass(1_000);
    assert.equal(screen.users.at(-1), "bob");
  }));

Deno.test("a project that is away at the start is offline, not signed out, and found when it is back", () =>
  withProject(async (project) => {
    const tab = new FakeTab(project);
    await tab.signIn("anna");
    tab.run(() => tab.link.close());
    project.clock.sleep(86_400_000);
    project.isUp = false;
    const link = tab.run(() =>
      createLink(tab.supabase, { shareTabs: false, surroundings: tab.surroundings })
    );
    const screen = new FakeScreen(tab, link);
    await project.clock.pass(60_000);
    assert.equal(link.connection.getSnapshot().status, "offline");
    assert.equal(link.userId(), undefined);
    project.isUp = true;
    await project.clock.pass(20_000);
    assert.equal(link.connection.getSnapshot().status, "live");
    assert.deepEqual([screen.users, screen.reasons], [[], ["asked", "joined"]]);
  }));
