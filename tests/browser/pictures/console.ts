/** The console as pictures show it, before a world of 20,000 jobs. */
import type { Browser } from "playwright-core";
import { examples, PATHS, visit } from "../../console/visit.ts";
import { startConsoleWorld } from "../../console/console_world.ts";
import { capture } from "./capture.ts";
import { type Look, SCREENS } from "./look.ts";

const JOBS = 20_000;

/** How a screen is called in the names of its pictures. */
const nameOf = (path: string) => `console-${path === "/" ? "now" : path.slice(1)}`;

/** All that can be wanted. */
export const CONSOLE_NAMES = [...PATHS.map(nameOf), "console-job", "console-act"];

/** @param isWanted whether a picture is to be taken in a look; `keep` is given each. */
export async function takeConsole(
  browser: Browser,
  looks: readonly Look[],
  isWanted: (name: string, look: Look) => boolean,
  keep: (name: string, look: Look, take: () => Promise<Uint8Array>) => Promise<void>,
): Promise<void> {
  const world = await startConsoleWorld(JOBS);
  try {
    const { job } = await examples(world);
    const scenes = [...PATHS.map((path) => [nameOf(path), path]), ["console-job", `/jobs/${job}`]] as const;
    for (const look of looks) {
      const wanted = scenes.filter(([name]) => isWanted(name!, look));
      const wantsAct = isWanted("console-act", look);
      if (wanted.length === 0 && !wantsAct) continue;
      const { page, open, close } = await visit({ ...world, browser }, "admin", {
        locale: look.language,
        colorScheme: look.theme,
        ...SCREENS[look.screen],
      });
      for (const [name, path] of wanted) {
        await open(path!);
        // What draws charts comes after the figures.
        await page.waitForFunction(
          `![...document.querySelectorAll(".chart")].some((chart) => !chart.firstChild)`,
        );
        await keep(name!, look, () => capture(page));
      }
      if (wantsAct) {
        await open("/failures");
        await page.locator("main#main").getByRole("button", { name: /Reprocessar|Redrive/ }).first()
          .click();
        await page.getByRole("dialog").locator("button").nth(1).waitFor();
        await page.waitForFunction(`!document.querySelector("[role=dialog] .loading")`);
        await keep("console-act", look, () => capture(page));
      }
      await close();
    }
  } finally {
    await world.close();
  }
}
