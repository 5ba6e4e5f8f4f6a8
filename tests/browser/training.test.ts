/** Document 001: a model that is ready is shown as ready. */
import { slowness } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { browserTest } from "./in_browser.ts";
import { enterAs, isLive } from "./sign_in.ts";
import { noted, watchTexts } from "./watch.ts";

/** From the end of the training at the provider until the user reads of it. */
const AT_MOST_MS = 2_000;

// @acceptance 001:4-6, 001:66, 001:101-104, 001:186-195, 001:295, 001:296
browserTest(
  "a training is prepared, done within two seconds of its provider, and then there",
  async (world) => {
    const { browser, environment, url } = world;
    const { tab } = await enterAs(browser, url, await world.person(200), { path: "#/train" });
    const { page } = tab;
    await isLive(page);
    environment.astria.misbehave({ fault: { kind: "slow", ms: 1_500 } });

    await page.getByLabel("Nome do modelo").fill("Ana");
    await page.getByRole("button", { name: "Usar 4 fotos de exemplo" }).click();
    await page.getByText("4 fotos prontas").waitFor();
    await page.getByRole("button", { name: /Começar o treinamento/ }).click();

    await page.getByRole("heading", { name: "Preparando…" }).waitFor();
    await watchTexts(page, "said", ".train-wait h1");
    await page.getByRole("heading", { name: "Treinamento concluído! Abrindo seus modelos..." }).waitFor();
    const [task] = environment.astria.tasks();
    const late = Date.now() - new Date(task?.endedAt ?? assert.fail("the task goes on")).getTime();
    assert.ok(late < AT_MOST_MS * slowness(), `${late} ms`);

    await page.getByRole("heading", { name: "Seus modelos" }).waitFor();
    assert.match(await page.locator(".model").innerText(), /Ana[^]*Pronto/);
    assert.deepEqual(await noted(page, "said"), [
      "Preparando…",
      "Treinamento concluído! Abrindo seus modelos...",
    ]);
    for (
      const line of [
        "📨 [useRealtimeUpdates] RAW SSE message received",
        "🎯 [CREATE_PAGE] Model status changed:",
      ]
    ) {
      assert.ok(tab.lines.some((said) => said.startsWith(line)), `${line}\n${tab.lines.join("\n")}`);
    }
    assert.deepEqual(tab.problems, []);
  },
);
