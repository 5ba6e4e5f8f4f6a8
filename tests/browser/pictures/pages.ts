/** The pages of the demo app as pictures show them, and how one gets there. */
import type { Page } from "playwright-core";
import type { Option, PlatformName } from "../../../shared/words/platforms.ts";
import type { Environment } from "../../world/environment.ts";
import { SOCIAL } from "../../world/simulators.ts";

export interface Scene {
  readonly name: string;
  /** Goes there, and waits until there is something to see. */
  readonly show: (page: Page, furnished: Furnished) => Promise<void>;
}

/** What there is to see. */
export interface Furnished {
  readonly environment: Environment;
  /** Where the app is, with a slash at its end. */
  readonly url: string;
  /** Addresses of what was made before. */
  readonly canvas: string;
}

const to =
  (hash: string, then: (page: Page) => Promise<void> = () => Promise.resolve()): Scene["show"] =>
  async (page, { url }) => {
    await page.goto(url + hash);
    await page.locator(`main[data-page="${hash.slice(2).split("?")[0]}"] h1`).waitFor();
    await then(page);
  };

const submit = (page: Page) => page.locator(".tool-form button[type=submit]").click();
/** Takes the sample of this number for the field of that number. */
const sample = async (page: Page, field: number, at: number) => {
  await page.locator(".file-field").nth(field).locator(".sample").nth(at).click();
  await page.locator(".file-field").nth(field).locator(".file-chosen").waitFor();
};
const loaded = (page: Page, selector: string) =>
  page.waitForFunction(
    `{
      const images = [...document.querySelectorAll(${JSON.stringify(selector)})];
      images.length > 0 && images.every(({ naturalWidth }) => naturalWidth > 0);
    }`,
  );

const WITH_A_FILM: Readonly<Record<PlatformName, Option>> = {
  tiktok: "tiktok_video",
  facebook: "facebook_video",
  instagram: "instagram_reel",
  youtube: "youtube_video",
  threads: "threads_post",
  x: "x_post",
  linkedin: "linkedin_post",
};

const NAMES = ["Ana", "Caio", "Lia", "Téo", "Nina", "Rex", "Aquarela", "Davi"];
let models = 0;
/** One for each look: the same twice would be refused as a duplicate. */
const captions = ["mar", "sol", "vento", "sal", "areia", "maré", "brisa", "céu"].map((word) =>
  `Ondas sem pressa, e cheiro de ${word}. #fimdetarde`
);

/** A film that goes to each platform, with what TikTok wants to be chosen. */
async function composed(page: Page, url: string, caption: string): Promise<void> {
  await page.goto(`${url}#/publish`);
  await page.locator(".esteira-account").nth(SOCIAL.length - 1).waitFor();
  for (const platform of SOCIAL) await page.locator(`input[name=${WITH_A_FILM[platform]}]`).check();
  await page.locator("textarea[name=caption]").fill(caption);
  await page.locator(".compose .sample").last().click();
  await page.locator(".esteira-tiktok select").selectOption("PUBLIC_TO_EVERYONE");
  await page.locator(".esteira-tiktok input[name=allowComments]").check();
}

export const SCENES: readonly Scene[] = [
  {
    name: "home",
    show: to("#/", async (page) => {
      await page.locator(".recent-item").first().scrollIntoViewIfNeeded(); // what is far below is not loaded
      await loaded(page, ".recent-item img");
      await page.evaluate("scrollTo(0, 0)");
    }),
  },
  { name: "upscale-empty", show: to("#/upscale") },
  {
    name: "upscale",
    show: to("#/upscale", async (page) => {
      await sample(page, 0, 0);
      await submit(page);
      await loaded(page, ".comparison-after");
    }),
  },
  {
    name: "dress",
    show: to("#/dress", async (page) => {
      await sample(page, 0, 0);
      await sample(page, 1, 0);
      await submit(page);
      await loaded(page, ".comparison-after");
    }),
  },
  { name: "pose-empty", show: to("#/pose") },
  {
    name: "video",
    show: to("#/video", async (page) => {
      await sample(page, 0, 0);
      await submit(page);
      await page.locator("video.result-picture").waitFor();
    }),
  },
  {
    name: "canvas",
    show: async (page, { url, canvas }) => {
      await page.goto(url + canvas);
      await loaded(page, ".node-picture img");
    },
  },
  { name: "canvas-list", show: to("#/canvas", (page) => page.locator(".canvas-list a").first().waitFor()) },
  {
    name: "train",
    show: to("#/train", async (page) => {
      await page.locator(".train-form .button").first().click();
      await page.locator(".photos li").nth(3).waitFor();
    }),
  },
  {
    name: "waiting",
    show: async (page, { url, environment }) => {
      environment.astria.misbehave({ times: 1, fault: { kind: "slow", ms: 4_000 } });
      await page.goto(`${url}#/train`);
      await page.locator(".train-form .button").first().click();
      await page.locator(".photos li").nth(3).waitFor();
      await page.locator("input[name=name]").fill(NAMES[models++ % NAMES.length] ?? "");
      await page.locator(".train-form button[type=submit]").click();
      await page.locator(".train-wait .esteira-step").waitFor();
      await page.locator(".train-wait .lead").waitFor();
    },
  },
  {
    name: "compose",
    show: async (page, { url }) => {
      await composed(page, url, "Ondas sem pressa. #fimdetarde");
      await page.locator(".esteira-tiktok").evaluate("(shown) => shown.scrollIntoView({ block: 'center' })");
    },
  },
  {
    name: "publish",
    show: async (page, { url }) => {
      await composed(page, url, captions.shift() ?? "");
      await page.locator(".compose > .button").click();
      await page.locator(".esteira-preflight").waitFor();
      await page.locator(".compose .esteira-publish .esteira-button").click();
      await page.locator(".esteira-group[data-state=published]").waitFor();
      await page.locator(".esteira-publication[data-state=completed] a").nth(1).waitFor();
      // Beside the form on a desk, below it on a phone.
      await page.evaluate(
        "innerWidth > 980 ? scrollTo(0, 0) : document.querySelector('.publish-side').scrollIntoView()",
      );
    },
  },
  { name: "models", show: to("#/models", (page) => page.locator(".model").first().waitFor()) },
  { name: "queue", show: to("#/queue", (page) => page.locator(".esteira-card").first().waitFor()) },
  { name: "account", show: to("#/account", (page) => page.locator(".ledger tr").first().waitFor()) },
];
