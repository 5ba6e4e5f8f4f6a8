import assert from "node:assert/strict";
import { FakeProject, withProject } from "../testing/fake_project.ts";
import { FakeTab } from "../testing/fake_tab.ts";
import { FakeScreen } from "../testing/fake_screen.ts";

async function tabs(project: FakeProject, count: number, users: readonly string[] = []) {
  const all = [];
  for (let i = 0; i < count; i++) {
    const tab = new FakeTab(project, { shareTabs: true, random: () => 0.5 });
    await tab.signIn(users[i] ?? "anna");
    all.push({ tab, screen: new FakeScreen(tab) });
    await project.clock.pass(500);
  }
  return all as [Shown, Shown, Shown];
}
type Shown = { tab: FakeTab; screen: FakeScreen };

const now = ({ tab }: Shown) => tab.link.connection.getSnapshot();

/** Which screens show a change within 100 ms of its commit. */
async function hear(project: FakeProject, shown: readonly Shown[], user = "anna"): Promise<boolean[]> {
  const version = project.commit(user, "heard");
  project.realtime.broadcast(`jobs:${user}`, "job", { row: "heard", version, owner: user });
  await project.clock.pass(100);
  return shown.map(({ screen }) => screen.rows.heard === version);
}

Deno.test("three tabs have one socket, and hear the same at the same time", () =>
  withProject(async (project) => {
    const [a, b, c] = await tabs(project, 3);
    assert.equal(project.realtime.sockets(), 1);
    assert.deepEqual([a, b, c].map((shown) => now(shown).via), ["socket", "other_tab", "other_tab"]);
    assert.deepEqual([a, b, c].map((shown) => now(shown).status), ["live", "live", "live"]);
    assert.deepEqual(await hear(project, [a, b, c]), [true, true, true]);
    assert.equal(project.realtime.joins.length, 1);
  }));

Deno.test("when the leader is closed the next tab leads at once", () =>
  withProject(async (project) => {
    const [a, b, c] = await tabs(project, 3);
    a.tab.close();
    const version = project.commit("anna", "a");
    await project.clock.pass(300);
    assert.deepEqual([b, c].map(({ screen }) => screen.rows.a), [version, version]);
    assert.deepEqual([b, c].map((shown) => now(shown).via), ["socket", "other_tab"]);
    assert.deepEqual(await hear(project, [b, c]), [true, true]);
  }));

Deno.test("when the leader lets go of all it holds, another has the connection and the first has none", () =>
  withProject(async (project) => {
    const [a, b] = await tabs(project, 2);
    a.screen.release();
    await project.clock.pass(5_000);
    assert.equal(now(b).via, "socket");
    assert.deepEqual(await hear(project, [b]), [true]);
    a.screen.hold();
    await project.clock.pass(500);
    assert.deepEqual(await hear(project, [a, b]), [true, true]);
    assert.deepEqual([now(a).via, project.realtime.sockets()], ["other_tab", 1]);
  }));

Deno.test("a new leader knows what the others hold before it lets go of it itself", () =>
  withProject(async (project) => {
    const [a, b, c] = await tabs(project, 3);
    b.tab.run(() =>
      b.tab.link.hold({
        topic: "lane:fal",
        message() {},
        snapshot: () => Promise.resolve(),
        isOpen: () => false,
        userChanged() {},
      })
    );
    a.tab.close();
    await project.clock.pass(1_000);
    c.screen.states.length = 0;
    b.screen.release();
    await project.clock.pass(4_000);
    assert.deepEqual([now(b).via, now(c).via, c.screen.states], ["socket", "other_tab", []]);
    assert.deepEqual(await hear(project, [c]), [true]);
  }));

Deno.test("from a leader that is frozen a tab that is looked at takes the lead within 2.5 s", () =>
  withProject(async (project) => {
    const [a, b] = await tabs(project, 2);
    a.tab.page.isFrozen = true;
    const version = project.commit("anna", "a");
    await project.clock.pass(2_500);
    assert.equal(b.screen.rows.a, version);
    assert.equal(now(b).via, "socket");
    assert.deepEqual(await hear(project, [b]), [true]);

    a.tab.page.isFrozen = false;
    await project.clock.pass(500);
    assert.deepEqual([now(a).via, now(b).via], ["other_tab", "socket"], "what thaws follows");
    assert.deepEqual(await hear(project, [a, b]), [true, true]);
    await project.clock.pass(5_000);
    assert.deepEqual([now(a).via, now(b).via], ["other_tab", "socket"]);
  }));

Deno.test("a clock that was set back makes nobody fight for the lead", () =>
  withProject(async (project) => {
    const [a, b, c] = await tabs(project, 3);
    project.clock.sleep(-3_600_000);
    await project.clock.pass(10_000);
    a.tab.close();
    await project.clock.pass(1_000);
    assert.equal(project.browser.holder(), b.tab.page);
    await project.clock.pass(30_000);
    assert.equal(project.browser.holder(), b.tab.page);
    assert.deepEqual([now(b).via, now(c).via], ["socket", "other_tab"]);
    assert.deepEqual(await hear(project, [b, c]), [true, true]);
  }));

Deno.test("a change of leaders, and a look elsewhere, are no errors to who listens to a topic", () =>
  withProject(async (project) => {
    const [a, b] = await tabs(project, 2);
    a.tab.close();
    await project.clock.pass(1_000);
    b.tab.tell("hidden");
    await project.clock.pass(60_000);
    b.tab.tell("visible");
    await project.clock.pass(1_000);
    assert.deepEqual(b.screen.states, ["SUBSCRIBED", "SUBSCRIBED", "SUBSCRIBED"]);
  }));

Deno.test("a hidden tab takes nothing from a silent leader until it is looked at", () =>
  withProject(async (project) => {
    const [a, b] = await tabs(project, 2);
    b.tab.tell("hidden");
    await project.clock.pass(1_000);
    a.tab.page.isFrozen = true;
    await project.clock.pass(30_000);
    assert.equal(project.browser.holder(), a.tab.page);
    b.tab.tell("visible");
    await project.clock.pass(4_000);
    assert.equal(project.browser.holder(), b.tab.page);
    assert.equal(now(b).status, "live");
  }));

Deno.test("a hidden leader, its timers slow, still passes on what it is told", () =>
  withProject(async (project) => {
    const [a, b] = await tabs(project, 2);
    a.tab.tell("hidden");
    b.tab.tell("hidden");
    a.tab.page.throttle = b.tab.page.throttle = 60_000;
    await project.clock.pass(300_000);
    assert.equal(project.browser.holder(), a.tab.page);
    assert.deepEqual(await hear(project, [b]), [true]);
  }));

Deno.test("the topics of a tab that was closed are let go", () =>
  withProject(async (project) => {
    const [a, b] = await tabs(project, 2);
    b.tab.run(() =>
      b.tab.link.hold({
        topic: "lane:fal",
        message() {},
        snapshot: () => Promise.resolve(),
        isOpen: () => false,
        userChanged() {},
      })
    );
    await project.clock.pass(1_000);
    assert.equal(project.realtime.joined("lane:fal"), 1);
    b.tab.close();
    await project.clock.pass(30_000);
    assert.deepEqual([project.realtime.joined("lane:fal"), project.realtime.joined("jobs:anna")], [0, 1]);
    assert.equal(now(a).status, "live");
  }));

Deno.test("a tab that was frozen for long is heard again, though the leader had given it up", () =>
  withProject(async (project) => {
    const [a, b] = await tabs(project, 2);
    a.screen.release(); // only b holds the topic now, and a leads no more
    await project.clock.pass(4_000);
    a.screen.hold();
    await project.clock.pass(1_000);
    a.tab.page.isFrozen = true;
    await project.clock.pass(60_000);
    a.tab.page.isFrozen = false;
    await project.clock.pass(5_000);
    assert.deepEqual(await hear(project, [a, b]), [true, true]);
  }));

Deno.test("users of one browser do not hear each other", () =>
  withProject(async (project) => {
    const [a, b] = await tabs(project, 2, ["anna", "bob"]);
    assert.deepEqual(await hear(project, [a, b], "anna"), [true, false]);
    project.commit("bob", "heard"); // so that versions differ
    assert.deepEqual(await hear(project, [a, b], "bob"), [false, true]);
    assert.equal(project.realtime.sockets(), 2);
    assert.equal(new Set(project.browser.names()).size, 2);
    for (const name of project.browser.names()) {
      assert.match(name, /^esteira\/\d+\/socket\/ws:\/\/project\.test.*\/(anna|bob)$/);
    }
    assert.deepEqual([a.screen.faults, b.screen.faults], [[], []]);
  }));

Deno.test("when the leader signs out the others are not touched", () =>
  withProject(async (project) => {
    const [a, b] = await tabs(project, 2);
    await a.tab.signOut();
    await project.clock.pass(500);
    assert.deepEqual([now(a).status, now(b).status], ["signed_out", "live"]);
    assert.deepEqual(await hear(project, [a, b]), [false, true]);
  }));

Deno.test("what a follower does not hear it learns from the count in the next beat", () =>
  withProject(async (project) => {
    const [a, b] = await tabs(project, 2);
    project.browser.loses = 1;
    assert.deepEqual(await hear(project, [a, b]), [true, false]);
    await project.clock.pass(1_100);
    assert.equal(b.screen.rows.heard, 1);
    assert.deepEqual(b.screen.reasons.slice(-1), ["joined"]);
  }));

Deno.test("a follower that doubts the connection has it made anew once, however many doubt", () =>
  withProject(async (project) => {
    const shown = await tabs(project, 3);
    for (const { tab } of shown) tab.tell("online");
    await project.clock.pass(2_000);
    assert.equal(project.realtime.joins.length, 2);
    assert.deepEqual(shown.map((each) => now(each).status), ["live", "live", "live"]);
  }));

Deno.test("of two tabs that both believe they lead the earlier gives way", () =>
  withProject(async (project) => {
    const [a, b] = await tabs(project, 2);
    project.browser.tellsOfTheft = false; // the holder of a stolen lock is not told
    a.tab.page.isFrozen = true;
    await project.clock.pass(3_000);
    a.tab.page.isFrozen = false;
    await project.clock.pass(3_000);
    assert.deepEqual([now(a).via, now(b).via], ["other_tab", "socket"]);
    assert.deepEqual(await hear(project, [a, b]), [true, true]);
  }));

Deno.test("where locks are refused, or there are none, or it is not wanted, each tab has its own socket", () =>
  withProject(async (project) => {
    project.browser.refuses = true;
    const [a, b] = await tabs(project, 2);
    assert.deepEqual([now(a).via, now(b).via, project.realtime.sockets()], ["socket", "socket", 2]);
    project.browser.refuses = false;
    const alone = new FakeTab(project, { shareTabs: false });
    await alone.signIn("anna");
    const screen = new FakeScreen(alone);
    await project.clock.pass(10_000);
    assert.equal(now({ tab: alone, screen }).via, "socket");
    assert.deepEqual(await hear(project, [a, b, { tab: alone, screen }]), [true, true, true]);
    assert.deepEqual([a, b].map((shown) => now(shown).status), ["live", "live"]);
  }));
