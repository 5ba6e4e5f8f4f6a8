/** A tool's page, by mouse and by keyboard. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Locator } from "playwright-core";
import { eventually } from "@esteira/local-supabase/testing";
import { drawPicture } from "../world/picture.ts";
import { browserTest } from "./in_browser.ts";
import { enterAs, isLive } from "./sign_in.ts";
import { noted, watchValues } from "./watch.ts";

/** So slow that a file of 1.3 MB is seen to be on its way. */
const SLOW = 600_000;

// @acceptance 004:11, 004:304
browserTest(
  "a file is seen to be uploaded, is upscaled, and is compared with what came of it",
  async (world) => {
    const { tab } = await enterAs(world.browser, world.url, await world.person(), { path: "#/upscale" });
    const { page } = tab;
    await isLive(page);
    await watchValues(page, "percent", ".esteira-dropzone [role=progressbar]", "aria-valuenow");
    await tab.throttle(SLOW);
    await page.locator(".esteira-dropzone input[type=file]").setInputFiles({
      name: "picture.png",
      mimeType: "image/png",
      buffer: Buffer.from(drawPicture(680)),
    });
    await page.locator(".file-chosen img").waitFor();
    await tab.throttle(0);
    const percents = (await noted<string[]>(page, "percent")).map(Number);
    assert.deepEqual(percents, percents.toSorted((a, b) => a - b), "it never goes back");
    assert.ok(percents.filter((percent) => percent > 0 && percent < 100).length > 1, percents.join());

    await page.locator(".tool-form button[type=submit]").click();
    const after = page.locator(".comparison-after");
    await after.waitFor();
    const width = await eventually(async () =>
      await after.evaluate((image) => Reflect.get(image, "naturalWidth")) || undefined
    );
    assert.equal(width, 2 * 680);
    const slider = page.getByRole("slider", { name: "Comparar antes e depois" });
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await slider.inputValue(), "51");
    assert.deepEqual(tab.problems, []);
  },
);

// @acceptance 004:37, 004:270, 004:319, 004:320, 004:343-351, 004:350a, 004:405, 004:415, 004:416
browserTest("a failed job is told of, and its details are read by keyboard alone", async (world) => {
  const { browser, environment, url } = world;
  const refused = { contains: "alguém famoso", fault: { kind: "fail", failMsg: "It was flagged." } } as const;
  environment.kie.misbehave(refused);
  const { tab } = await enterAs(browser, url, await world.person(), { path: "#/canvas" });
  const { page } = tab;
  await page.getByRole("button", { name: "Criar um quadro" }).click();
  await page.locator(".node textarea").fill("alguém famoso");
  await page.getByRole("button", { name: "Gerar" }).click();

  await page.locator(".esteira-toasts").getByText(/^Erro em ".+": .+/).waitFor();
  const card = page.locator(".queue-list .esteira-card[data-status=failed]");
  await card.getByText(/Falhou em: /).waitFor();
  const opener = card.getByRole("button", { name: "Ver Detalhes" });
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("It was flagged.").first().waitFor();

  const focusIsIn = (element: Locator) =>
    element.evaluate((element) => Reflect.get(element, "matches").call(element, ":focus-within"));
  assert.equal(await focusIsIn(dialog), true, "the focus is in the dialog");
  for (const key of [...Array(12).fill("Tab"), ...Array(4).fill("Shift+Tab")]) {
    await page.keyboard.press(key);
    assert.equal(await focusIsIn(dialog), true, `it stays there after ${key}`);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await focusIsIn(opener), true, "it goes back to where it was");
  assert.deepEqual(tab.problems, []);
});
