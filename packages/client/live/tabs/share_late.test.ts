import assert from "node:assert/strict";
import { withProject } from "../testing/fake_project.ts";
import { FakeTab } from "../testing/fake_tab.ts";
import { FakeScreen } from "../testing/fake_screen.ts";
import { shareLate } from "./share_late.ts";

/** The code is loaded for real, beside the fake clock. */
const loaded = () => import("./shared_channels.ts");

Deno.test("what is wanted while the code for sharing loads is joined when it is there, by one tab for all", () =>
  withProject(async (project) => {
    const tabs = [1, 2].map(() => new FakeTab(project, { shareTabs: true, share: shareLate }));
    for (const tab of tabs) await tab.signIn("anna");
    const screens = tabs.map((tab) => new FakeScreen(tab));
    await loaded();
    await project.clock.pass(2_000);
    assert.deepEqual(tabs.map(({ link }) => link.connection.getSnapshot().via), ["socket", "other_tab"]);
    assert.equal(project.realtime.joins.length, 1);
    for (const screen of screens) screen.release();
    await project.clock.pass(5_000);
    assert.equal(project.realtime.sockets(), 0);
  }));

Deno.test("who lets go before it is there connects to nothing", () =>
  withProject(async (project) => {
    const tab = new FakeTab(project, { shareTabs: true, share: shareLate });
    await tab.signIn("anna");
    new FakeScreen(tab);
    tab.run(() => tab.link.close());
    await loaded();
    await project.clock.pass(2_000);
    assert.deepEqual([project.realtime.joins.length, project.browser.names()], [0, []]);
  }));
