/** Document 002 in two real tabs of one browser. */
import assert from "node:assert/strict";
import { eventually, slowness } from "@esteira/local-supabase/testing";
import { createJob, jobWhen } from "../world/api.ts";
import { browserTest } from "./in_browser.ts";
import { enterAs, isLive } from "./sign_in.ts";
import { openTab, PATIENCE_MS, type Tab } from "./tab.ts";
import { noted, watchCount, watchTexts } from "./watch.ts";

/** From the moment that a leader is gone until another tab has taken its place. */
const TAKEOVER_MS = 3_000;
const STEPS = ["Iniciando processamento...", "Processando com IA...", "Concluído!"];

browserTest(
  "two tabs of one browser show a job step by step, and its image, over one socket",
  async (world) => {
    const { browser, environment, url, t } = world;
    environment.kie.misbehave({ fault: { kind: "slow", ms: 1_500 } });
    const person = await world.person();
    const content = {
      nodes: [{ id: "n1", type: "image", position: { x: 24, y: 24 }, data: { prompt: "Um farol" } }],
    };
    const { data: project } = await person.client.from("projects").insert({ content }).select("id").single();
    const path = `#/canvas?id=${project?.id ?? assert.fail("the project was not made")}`;
    const { context, tab: first } = await enterAs(browser, url, person, { path });
    const second = await openTab(context, `${url}/${path}`);
    let tabs: Tab[] = [first, second];
    const each = (what: (tab: Tab) => Promise<unknown>) => Promise.all(tabs.map(what));
    const sockets = () => tabs.reduce((sum, tab) => sum + tab.openSockets(), 0);
    const completed = (count: number) =>
      each(({ page }) => page.locator(`.queue-list [data-status=completed] >> nth=${count - 1}`).waitFor());
    /** Somewhere else, on the user's phone perhaps. */
    const jobElsewhere = async () => {
      const { id } = await createJob(environment, person, "image", { prompt: "Montanhas" });
      await jobWhen(environment, person, id, ({ status }) => status === "completed", "the end of the job");
    };

    await t.step("both are live, and have one socket between them", async () => {
      await each(({ page }) => isLive(page));
      assert.equal(sockets(), 1);
    });

    // @acceptance 002:8, 002:39, 002:41, 002:57, 002:69, 002:485, 002:487, 002:497, 002:585, 002:589, 002:590
    await t.step(
      "a click in the first: both show each step and then the image, without a reload",
      async () => {
        await each(({ page }) => watchTexts(page, "steps", ".queue-list .esteira-step-label"));
        await each(({ page }) => watchCount(page, "cards", ".esteira-job-list > li"));
        // The answer comes after the broadcasts: the job is known twice, by its key and by its id.
        await first.page.route("**/functions/v1/jobs", async (route) => {
          const answer = await route.fetch();
          // Or what comes after it, where the machine was too busy to show it for long.
          await first.page.locator(".queue-list").getByText(new RegExp(STEPS.slice(1).join("|"))).first()
            .waitFor();
          await route.fulfill({ response: answer });
        });
        await first.page.getByRole("button", { name: "Gerar" }).click();
        await completed(1);
        for (const { page } of tabs) {
          await page.waitForFunction(
            `[...document.querySelectorAll(".node-picture img")].some(({ naturalWidth }) => naturalWidth > 0)`,
          );
          const steps = await noted<string[]>(page, "steps");
          const shown = steps.filter((step) => STEPS.includes(step));
          assert.deepEqual([...new Set(shown)], shown, "no step is shown again");
          assert.deepEqual(shown.slice(-2), STEPS.slice(-2), steps.join());
          assert.equal(await noted<number>(page, "cards"), 1, "the job is never shown twice");
        }
        for (const { lines } of tabs) {
          for (const said of ["[REALTIME] Job update received", "[REALTIME] Project update received"]) {
            assert.ok(lines.some((line) => line.startsWith(said)), said);
          }
        }
        assert.equal(sockets(), 1);
      },
    );

    await t.step(
      "what is written, moved and saved in one is in the other, and no result is lost",
      async () => {
        await first.page.locator(".node textarea").fill("Um farol, visto do mar");
        await first.page.getByRole("button", { name: "Salvar" }).click();
        const moved = first.page.getByRole("button", { name: /Mover nó/ });
        await moved.focus();
        await first.page.keyboard.press("ArrowRight");
        await moved.blur();
        await second.page.waitForFunction(`{
      const node = document.querySelector(".node");
      node.querySelector("textarea").value === "Um farol, visto do mar" && node.style.getPropertyValue("--x") === "40px";
    }`);
        await each(({ page }) => page.getByText(/^Versão \d+, salva$/).waitFor());
        await each(({ page }) => page.locator(".node-picture img").waitFor());
      },
    );

    await t.step("cut off, and back: both have what happened meanwhile", async () => {
      await context.setOffline(true);
      await each(({ page }) => page.locator(".esteira-connection[data-status=offline]").waitFor());
      await jobElsewhere();
      await context.setOffline(false);
      await completed(2);
      await each(({ page }) => isLive(page));
      for (const tab of tabs) tab.forgive();
    });

    await t.step("the tab with the socket is closed: the other goes on within three seconds", async () => {
      const leader = tabs.find((tab) => tab.openSockets() > 0) ?? assert.fail("nobody has a socket");
      const [other] = tabs = tabs.filter((tab) => tab !== leader);
      await leader.page.close();
      const closedAt = performance.now();
      await eventually(() => other?.openSockets() === 1 || undefined, {
        what: "a socket",
        timeoutMs: PATIENCE_MS,
      });
      await other?.page.locator(".esteira-connection[data-status=live]").waitFor();
      assert.ok(
        performance.now() - closedAt < TAKEOVER_MS * slowness(),
        `${performance.now() - closedAt} ms`,
      );
      await jobElsewhere();
      await completed(3);
    });

    for (const tab of [first, second]) assert.deepEqual(tab.problems, []);
  },
);
