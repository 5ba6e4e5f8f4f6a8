/** What browsers do to tabs that nobody looks at: timers run late, then nothing runs at all. */
import assert from "node:assert/strict";
import { createJob, jobWhen } from "../world/api.ts";
import { type BackgroundTab, openWindow, signInAs } from "./background_tabs.ts";
import { browserTest } from "./in_browser.ts";

const isLive = `document.querySelector(".esteira-connection")?.dataset.status === "live"`;
const completed = (count: number) =>
  `document.querySelectorAll(".queue-list [data-status=completed].esteira-card").length === ${count}`;

browserTest("a frozen tab keeps nobody waiting, and catches up as soon as it thaws", async (world) => {
  const { browser, environment, url, t } = world;
  const person = await world.person();
  const open = await openWindow(browser);
  const first = await open(url);
  await signInAs(first, person);
  await first.shows(isLive, "the first tab to be live");
  const second = await open(url);
  await second.shows(isLive, "the second tab to be live");
  assert.equal(await first.evaluate("document.visibilityState"), "hidden");

  const jobElsewhere = async () => {
    const { id } = await createJob(environment, person, "image", { prompt: "Um farol" });
    await jobWhen(environment, person, id, ({ status }) => status === "completed", "the end of the job");
  };
  const beats = (tab: BackgroundTab) => tab.evaluate<number>("window.beats");

  await t.step("the one with the socket freezes: the one that is looked at goes on", async () => {
    await first.evaluate("window.beats = 0, setInterval(() => window.beats++, 20), 0");
    await first.freeze();
    const before = await beats(first);
    await jobElsewhere();
    await second.shows(completed(1), "the second tab to show the job");
    assert.equal(await beats(first), before, "nothing runs in a frozen tab");
  });

  await t.step("it thaws, and shows what happened meanwhile", async () => {
    await first.thaw();
    await first.front();
    await first.shows(completed(1), "the first tab to show the job");
    await first.shows(isLive, "the first tab to be live again");
  });

  await t.step("the other one freezes and thaws: it has lost nothing either", async () => {
    await second.freeze();
    await jobElsewhere();
    await first.shows(completed(2), "the first tab to show the second job");
    await second.thaw();
    await second.front();
    await second.shows(completed(2), "the second tab to show the second job");
  });
});
