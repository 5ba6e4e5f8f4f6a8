/** Notes, in the page, everything that an element has shown: also what was there for a moment alone. */
import type { Page } from "playwright-core";

/** Notes each text that elements of `selector` have, from now on. */
export async function watchTexts(page: Page, name: string, selector: string): Promise<void> {
  await page.evaluate(`{
    const seen = (window.seen ??= {});
    seen[${JSON.stringify(name)}] = [];
    const note = () => {
      for (const element of document.querySelectorAll(${JSON.stringify(selector)})) {
        const text = element.textContent.trim();
        if (text && seen[${JSON.stringify(name)}].at(-1) !== text) seen[${JSON.stringify(name)}].push(text);
      }
    };
    note();
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true });
  }`);
}

/** Notes how many elements of `selector` there were at once, at most. */
export async function watchCount(page: Page, name: string, selector: string): Promise<void> {
  await page.evaluate(`{
    const seen = (window.seen ??= {});
    const count = () => {
      const now = document.querySelectorAll(${JSON.stringify(selector)}).length;
      seen[${JSON.stringify(name)}] = Math.max(seen[${JSON.stringify(name)}] ?? 0, now);
    };
    count();
    new MutationObserver(count).observe(document.body, { childList: true, subtree: true });
  }`);
}

/** What was noted. It is gone when the page was loaded anew: who finds it knows that it was not. */
export async function noted<T>(page: Page, name: string): Promise<T> {
  return await page.evaluate(`window.seen[${JSON.stringify(name)}]`) as T;
}

/** Notes each value that an attribute of elements of `selector` has, from now on. */
export async function watchValues(
  page: Page,
  name: string,
  selector: string,
  attribute: string,
): Promise<void> {
  await page.evaluate(`{
    const seen = (window.seen ??= {});
    seen[${JSON.stringify(name)}] = [];
    const note = () => {
      for (const element of document.querySelectorAll(${JSON.stringify(selector)})) {
        const value = element.getAttribute(${JSON.stringify(attribute)});
        if (value !== null && seen[${JSON.stringify(name)}].at(-1) !== value) seen[${
    JSON.stringify(name)
  }].push(value);
      }
    };
    note();
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true, attributes: true });
  }`);
}
