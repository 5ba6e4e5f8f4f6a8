import assert from "node:assert/strict";
import { type Checked, visit } from "../visit.ts";

export async function keyboardAlone(checked: Checked): Promise<void> {
  const { t } = checked;
  const { page, open, rests, close } = await visit(checked, "admin", { locale: "en" });
  const { keyboard } = page;
  const focused = () =>
    page.evaluate("document.activeElement?.outerHTML.slice(0, 200) ?? ''") as Promise<string>;
  await t.step("the first Tab leads past the ways, to the content", async () => {
    await page.evaluate("document.activeElement?.blur()");
    await keyboard.press("Tab");
    assert.match(await focused(), /skip-link/);
    await keyboard.press("Enter");
    assert.match(await focused(), /<main/);
  });
  await t.step("the palette leads to a screen by a few letters", async () => {
    await keyboard.press("Control+k");
    await page.locator("[cmdk-input]").waitFor();
    await keyboard.type("webho");
    await keyboard.press("Enter");
    await page.waitForFunction(`location.hash === "#/webhooks"`);
    await rests();
  });
  await t.step("and looks for jobs by a text", async () => {
    await keyboard.press("Control+k");
    await page.locator("[cmdk-input]").waitFor();
    await keyboard.type("bicycle");
    await keyboard.press("Enter");
    await page.waitForFunction(`location.hash.startsWith("#/jobs?text=bicycle")`);
    await rests();
  });
  await t.step("rows are walked by arrows, and opened by Enter", async () => {
    await open("/jobs?status=failed");
    await page.getByRole("table").first().focus();
    await keyboard.press("ArrowDown");
    const first = await focused();
    assert.match(first, /row-link/);
    await keyboard.press("j");
    assert.notEqual(await focused(), first);
    await keyboard.press("ArrowUp");
    assert.equal(await focused(), first);
    await keyboard.press("Enter");
    await page.waitForFunction(`/^#\\/jobs\\/[0-9a-f-]{36}/.test(location.hash)`);
    await rests();
  });
  await t.step("updates are paused, the theme and the language changed, by the palette", async () => {
    const choose = async (words: string) => {
      await keyboard.press("Control+k");
      await page.locator("[cmdk-input]").waitFor();
      await keyboard.type(words);
      await keyboard.press("Enter");
      await page.locator("[cmdk-input]").waitFor({ state: "detached" });
    };
    await choose("Pause updates");
    await page.locator(".top-bar button[aria-pressed=true]").waitFor();
    await choose("Resume updates");
    await choose("Theme: dark");
    await page.locator("html[data-theme=dark]").waitFor();
    await choose("Theme: light");
    await page.locator("html[data-theme=light]").waitFor();
    await choose("Português");
    await page.locator("html[lang=pt-BR]").waitFor();
  });
  await close();
}
