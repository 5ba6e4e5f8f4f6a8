import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { findings, LOOKS, takeAxe } from "../../browser/axe.ts";
import { type Checked, examples, PATHS, visit } from "../visit.ts";

const DESK = { width: 1360, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Both languages and both themes; in `npm test` not each with each. */
const SEEN = Deno.env.has("ESTEIRA_CONSOLE_JOBS") ? LOOKS : LOOKS.slice(0, 2);

export async function accessibleEverywhere(checked: Checked): Promise<void> {
  const { t } = checked;
  const { job, run } = await examples(checked);
  const { page, open, close } = await visit(checked, "admin");
  const paths = [...PATHS, `/jobs/${job}`, `/runs/${run}`];
  for (const [language, theme] of SEEN) {
    await t.step(`${language}, ${theme}`, async () => {
      await choose(page, language, theme);
      const problems: string[] = [];
      for (const path of paths) {
        await page.setViewportSize(DESK);
        await open(path);
        await takeAxe(page);
        problems.push(...(await findings(page)).map((finding) => `${path}: ${finding}`));
        if (language === "en") continue; // the same boxes with shorter words
        await page.setViewportSize(PHONE);
        await open(path);
        const over = await sideways(page);
        if (over) problems.push(`${path} scrolls sideways on a phone: ${over}`);
        problems.push(...(await findings(page)).map((finding) => `${path} on a phone: ${finding}`));
      }
      assert.deepEqual(problems, []);
    });
  }
  await t.step("by the menu of the account, too", async () => {
    await page.setViewportSize(DESK);
    await choose(page, "en", "light");
    await open("/jobs");
    const menu = page.locator(".top-bar-end .button").last();
    await menu.click();
    await page.getByRole("menuitem", { name: "Theme: dark" }).click();
    await page.locator("html[data-theme=dark]").waitFor();
    await menu.click();
    await page.getByRole("menuitem", { name: "Português" }).click();
    await page.locator("html[lang=pt-BR]").waitFor();
  });
  await close();
}

/** What is wider than the page, where it can be scrolled sideways; empty: nothing. */
async function sideways(page: Page): Promise<string> {
  return await page.evaluate(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return "";
    const wide = [...document.querySelectorAll("main#main *")]
      .filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
      .filter((one) => {
        for (let box = one.parentElement; box; box = box.parentElement) {
          const isPage = box === document.documentElement || box === document.body;
          if (!isPage && getComputedStyle(box).overflowX !== "visible") return false;
        }
        return true;
      })
      .map((one) => one.tagName.toLowerCase() + "." + one.className);
    return scrollWidth + " px: " + wide.slice(0, 5).join(", ");
  })()`);
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
