/** Two people, one after the other, at the same browser. */
import assert from "node:assert/strict";
import { createJob, jobWhen } from "../world/api.ts";
import type { Person } from "./app_world.ts";
import { browserTest } from "./in_browser.ts";
import { enterAs, isLive, signIn } from "./sign_in.ts";
import { openTab } from "./tab.ts";
import { noted, watchCount, watchTexts } from "./watch.ts";

browserTest(
  "who signs in after another sees nothing of theirs, in no tab and at no moment",
  async (world) => {
    const { browser, environment, url } = world;
    const [ana, bea] = [await world.person(31), await world.person(42)];
    const jobOf = async (person: Person) => {
      const { id } = await createJob(environment, person, "image", { prompt: "Um farol" });
      await jobWhen(environment, person, id, ({ status }) => status === "completed", "the end of the job");
    };
    const { context, tab: first } = await enterAs(browser, url, ana);
    const second = await openTab(context, url);
    const pages = [first.page, second.page];
    const each = (what: (page: typeof first.page) => Promise<unknown>) => Promise.all(pages.map(what));

    await each(isLive);
    await jobOf(ana);
    await each((page) => page.locator(".queue-list .esteira-card[data-status=completed]").waitFor());

    await first.page.goto(`${url}/#/account`);
    await first.page.getByRole("button", { name: "Sair" }).click();
    await each((page) => page.locator("form.sign-in").waitFor());
    await each((page) => watchCount(page, "cards", ".esteira-job-list > li"));
    await each((page) => watchTexts(page, "balances", ".balance"));
    await signIn(first.page, bea);
    await each((page) => page.locator(".shell").waitFor());
    await each(isLive);

    await jobOf(ana); // on her phone: it is none of Bea's business
    await jobOf(bea);
    await each((page) => page.locator(".queue-list .esteira-card[data-status=completed]").waitFor());
    for (const page of pages) {
      assert.equal(await noted<number>(page, "cards"), 1, "one job, and that is Bea's");
      const balances = await noted<string[]>(page, "balances");
      assert.ok(balances.every((balance) => ["–", "42", "41"].includes(balance)), balances.join());
    }
    assert.deepEqual([first.problems, second.problems], [[], []]);
  },
);
