/** What axe-core finds on each page, in both languages and both themes, on a desk and on a phone. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { callFunction, createJob, jobWhen } from "../world/api.ts";
import { connectAccount } from "../world/connect.ts";
import { SOCIAL } from "../world/simulators.ts";
import type { AppWorld } from "./app_world.ts";
import { findings, LOOKS, takeAxe } from "./axe.ts";
import { browserTest } from "./in_browser.ts";
import { enterAs, isLive } from "./sign_in.ts";

const SCREENS = { desk: { width: 1360, height: 900 }, phone: { width: 390, height: 844 } };

browserTest("axe-core finds nothing on any page, in either language and theme", async (world) => {
  const { browser, url, t } = world;
  const { person, paths } = await furnished(world);
  const { tab, context } = await enterAs(browser, url, person, { reducedMotion: "reduce" });
  const { page } = tab;
  await isLive(page);
  await takeAxe(page);

  for (const [language, theme] of LOOKS) {
    for (const [screen, size] of Object.entries(SCREENS)) {
      if (screen === "phone" && language === "en") continue; // the same boxes with shorter words
      await t.step(`${language}, ${theme}, ${screen}`, async () => {
        await page.setViewportSize(size);
        await choose(page, language, theme);
        for (const path of paths) {
          await page.goto(`${url}/${path}`);
          const name = path.slice(2).split("?")[0];
          await page.locator(`main[data-page="${name}"] h1`).waitFor();
          if (path.includes("?")) await page.locator(".node-picture img").waitFor();
          assert.deepEqual(await findings(page), [], path);
        }
      });
    }
  }
  await t.step("the details of a job", async () => {
    await page.locator("main").getByRole("button", { name: /details|Detalhes/i }).first().click();
    await page.getByRole("dialog").waitFor();
    assert.deepEqual(await findings(page), []);
    await page.keyboard.press("Escape");
  });
  assert.deepEqual(tab.problems, []);

  await t.step("the form to sign in", async () => {
    const stranger = await context.browser()?.newPage({ reducedMotion: "reduce" }) ?? assert.fail();
    await stranger.goto(url);
    await stranger.locator("form.sign-in").waitFor();
    await takeAxe(stranger);
    for (const [language, theme] of LOOKS) {
      await choose(stranger, language, theme);
      assert.deepEqual(await findings(stranger), []);
    }
  });
});

/** Somebody who has a bit of everything, and where it is seen. The last one is the queue. */
async function furnished({ environment, person: newPerson }: AppWorld) {
  const person = await newPerson(200);
  environment.kie.misbehave({ contains: "famous", fault: { kind: "fail", failMsg: "It was flagged." } });
  const nodes = [{ id: "n1", type: "image", position: { x: 24, y: 24 }, data: { prompt: "A lighthouse" } }];
  const { data: project } = await person.client.from("projects").insert({ content: { nodes } }).select("id")
    .single();
  for (const prompt of ["A lighthouse", "Somebody famous"]) {
    const metadata = prompt === "A lighthouse" ? { projectId: project?.id, nodeId: "n1" } : {};
    const { id } = await createJob(environment, person, "image", { prompt }, metadata);
    await jobWhen(
      environment,
      person,
      id,
      ({ status }) => ["completed", "failed"].includes(status),
      "its end",
    );
  }
  for (const platform of SOCIAL) {
    await connectAccount(environment, person, platform, "ana");
  }
  const post = { selectedOptions: ["x_post"], captions: { universal: "A lighthouse" } };
  await callFunction(environment, "publications/enqueue", { token: person.accessToken, body: post });
  const tools = ["upscale", "pose", "dress", "video"].map((tool) => `#/${tool}`);
  return {
    person,
    paths: [
      "#/",
      ...tools,
      "#/canvas",
      `#/canvas?id=${project?.id}`,
      "#/publish",
      "#/train",
      "#/models",
      "#/account",
      "#/queue",
    ],
  };
}

/** As if it was chosen in another tab. */
async function choose(page: Page, language: string, theme: string): Promise<void> {
  await page.evaluate(`{
    for (const [key, value] of Object.entries({ language: "${language}", theme: "${theme}" })) {
      localStorage.setItem("esteira." + key, value);
      dispatchEvent(new StorageEvent("storage", { key: "esteira." + key }));
    }
  }`);
  await page.locator(`html[lang="${language}"][data-theme="${theme}"]`).waitFor();
}
