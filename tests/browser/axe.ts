/** axe-core in a page. */
import { join } from "node:path";
import type { Page } from "playwright-core";
import { ROOT } from "../../scripts/paths.ts";

const OTHERS = [["pt-BR", "dark"], ["en", "light"]] as const;
/** Each language once and each theme; in `npm run test:long` each language with each theme. */
export const LOOKS = [
  ["pt-BR", "light"],
  ["en", "dark"],
  ...(Deno.env.has("ESTEIRA_BIG") ? OTHERS : []),
] as const;

/** Takes axe-core along; once a page that is loaded. */
export async function takeAxe(page: Page): Promise<void> {
  await page.addScriptTag({ path: join(ROOT, "node_modules/axe-core/axe.min.js") });
}

/** What has begun to move has come to rest, and is painted so: axe reads colours off what is painted. */
const AT_REST = `Promise.all(document.getAnimations()
  .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity)
  .map(({ finished }) => finished.catch(() => {})))
  .then(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))))`;

/** Each violation with the elements that it is about. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AT_REST);
  return await page.evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html, any }) =>
      html.slice(0, 160) + " (" + any.map(({ message }) => message).join() + ")").join(" | ")))`);
}
