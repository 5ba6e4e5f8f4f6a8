/** A browser profile in which somebody is signed in to the app. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { Person } from "./app_world.ts";
import { openTab, type Tab } from "./tab.ts";

/** Opens a profile, and in its first tab the app at `path` (`#/canvas`), signed in by the form. */
export async function enterAs(
  browser: Browser,
  url: string,
  person: Person,
  { path = "", ...options }: BrowserContextOptions & { path?: string } = {},
): Promise<{ context: BrowserContext; tab: Tab }> {
  const context = await browser.newContext({
    locale: "pt-BR",
    viewport: { width: 1360, height: 900 },
    ...options,
  });
  const tab = await openTab(context, `${url}/${path}`);
  await signIn(tab.page, person);
  return { context, tab };
}

/** Fills in the form. */
export async function signIn(page: Page, { email, password }: Person): Promise<void> {
  await page.locator("input[type=email]").fill(email);
  await page.locator("input[type=password]").fill(password);
  await page.locator("form button[type=submit]").click();
  await page.locator(".shell").waitFor();
}

/** Resolves when the page says that it hears of changes as they happen. */
export async function isLive(page: Page): Promise<void> {
  await page.locator(".esteira-connection[data-status=live]").waitFor();
}
