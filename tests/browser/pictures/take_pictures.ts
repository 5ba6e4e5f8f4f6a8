/**
 * `npm run screenshots`: takes every page of the demo app, every component of the client and every screen of the console
 * in both languages and themes, on a desk and on a phone, and keeps the selection that the docs show. `-- --all <folder>`
 * puts all of them into a folder, to be looked at; `--look dark` takes those whose look has the word in it. A word picks
 * those whose name begins with it.
 */
import { parseArgs } from "node:util";
import { join } from "node:path";
import { type Browser, chromium, type Locator } from "playwright-core";
import { buildGallery } from "../../../scripts/local/app/build_app.ts";
import { serveApp } from "../../../scripts/local/app/serve_app.ts";
import { findChromium } from "../../../scripts/install/chromium.ts";
import { ROOT } from "../../../scripts/paths.ts";
import { startAppWorld } from "../app_world.ts";
import { enterAs, isLive } from "../sign_in.ts";
import { capture } from "./capture.ts";
import { CONSOLE_NAMES, takeConsole } from "./console.ts";
import { furnish } from "./furnish.ts";
import { fileName, isKept, type Look, LOOKS, SCREENS } from "./look.ts";
import { SCENES } from "./pages.ts";

const { values: { all, look: looks = "" }, positionals: [word = ""] } = parseArgs({
  allowPositionals: true,
  options: { all: { type: "string" }, look: { type: "string" } },
});
const folder = all ?? join(ROOT, "docs/images");

const WANTED = LOOKS.filter((look) => fileName("", look).includes(looks));

async function keep(name: string, look: Look, take: () => Promise<Uint8Array>): Promise<void> {
  if (!name.startsWith(word) || (!all && !isKept(name, look))) return;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeFile(join(folder, fileName(name, look)), await take());
  console.log(fileName(name, look));
}

async function takePages(browser: Browser): Promise<void> {
  const world = await startAppWorld();
  try {
    const { person, ...furnished } = await furnish(world);
    for (const look of WANTED) {
      const { language, theme, screen } = look;
      const scenes = SCENES.filter(({ name }) => name.startsWith(word) && (all || isKept(name, look)));
      if (scenes.length === 0) continue;
      const options = {
        locale: language,
        colorScheme: theme,
        reducedMotion: "reduce",
        ...SCREENS[screen],
      } as const;
      const { context, tab: { page } } = await enterAs(browser, world.url, person, options);
      await isLive(page);
      for (const { name, show } of scenes) {
        await show(page, furnished);
        await keep(name, look, () => capture(page));
      }
      await context.close();
    }
  } finally {
    await world.close();
  }
}

async function takeComponents(browser: Browser): Promise<void> {
  const gallery = serveApp(await buildGallery(), { url: "", publishableKey: "", demoUser: null });
  try {
    for (const look of WANTED) {
      const { language, theme, screen } = look;
      const context = await browser.newContext({
        locale: language,
        reducedMotion: "reduce",
        ...SCREENS[screen],
      });
      const page = await context.newPage();
      const address = `${gallery.url}/?language=${language}&theme=${theme}`;
      await page.goto(address);
      await page.locator("[data-gallery]").first().waitFor();
      for (const group of await page.locator("[data-group]").all()) {
        const name = await group.getAttribute("data-group");
        await bringNear(group);
        await keep(`component-${name}`, look, () => capture(page, `[data-group="${name}"]`));
      }
      for (const name of ["debug-modal/user", "debug-modal/waiting", "debug-modal/admin", "toasts/failed"]) {
        await page.goto(`${address}&only=${name}`);
        await page.locator("dialog[open], .esteira-toast").first().waitFor();
        const toast = name.startsWith("toasts") ? ".esteira-toast" : undefined;
        await keep(`component-${name.replace("/", "-")}`, look, () => capture(page, toast));
      }
      await context.close();
    }
  } finally {
    await gallery.close();
  }
}

/** Rows of a list ask for what they show once they are near. */
async function bringNear(group: Locator): Promise<void> {
  await group.scrollIntoViewIfNeeded();
  for (let frames = 0; frames < 3; frames++) await group.evaluate("new Promise(requestAnimationFrame)");
}

const found = await findChromium();
if ("missing" in found) {
  console.error(found.missing);
  Deno.exit(1);
}
const browser = await chromium.launch({ executablePath: found.path });
try {
  if (SCENES.some(({ name }) => name.startsWith(word))) await takePages(browser);
  if ("component-".startsWith(word.slice(0, 10))) await takeComponents(browser);
  if (CONSOLE_NAMES.some((name) => name.startsWith(word))) {
    const isWanted = (name: string, look: Look) =>
      name.startsWith(word) && (all !== undefined || isKept(name, look));
    await takeConsole(browser, WANTED, isWanted, keep);
  }
} finally {
  await browser.close();
}
