/** Visits to the console: somebody who is signed in, in a profile of their own. */
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from "playwright-core";
import { openTab, type Tab } from "../browser/tab.ts";
import type { ConsoleWorld, Persona } from "./console_world.ts";

/** What a check is given. */
export interface Checked extends ConsoleWorld {
  readonly browser: Browser;
  readonly t: Deno.TestContext;
}
export type Check = (checked: Checked) => Promise<void>;

/** Where each screen is; `/jobs/<id>` and `/runs/<id>` come on top. */
export const PATHS = [
  "/",
  "/jobs",
  "/failures",
  "/publications",
  "/runs",
  "/accounts",
  "/connections",
  "/webhooks",
  "/credits",
  "/audit",
  "/realtime",
  "/schedules",
  "/alerts",
  "/setup",
] as const;

export interface Visit {
  readonly context: BrowserContext;
  readonly tab: Tab;
  readonly page: Page;
  /** Goes to a screen and waits until it shows what it is about. */
  open(path: string): Promise<void>;
  /** Waits until all that was asked for has come, and is shown. */
  rests(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the console at `path` in a new profile, and signs in by its form. */
export async function visit(
  { browser, url, people }: ConsoleWorld & { readonly browser: Browser },
  persona: Persona,
  { path = "/jobs", ...options }: BrowserContextOptions & { path?: string } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    locale: "pt-BR",
    viewport: { width: 1360, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  const tab = await openTab(context, `${url}/#${path}`);
  const { page } = tab;
  const rests = followCalls(page);
  await signIn(page, people[persona]);
  if (persona !== "stranger") await rests();
  const open = async (to: string) => {
    await page.goto(`${url}/#${to}`);
    await rests();
  };
  return { context, tab, page, open, rests, close: () => context.close() };
}

export async function signIn(
  page: Page,
  { email, password }: { email: string; password: string },
): Promise<void> {
  await page.locator("input[type=email]").fill(email);
  await page.locator("input[type=password]").fill(password);
  await page.locator("form button[type=submit]").click();
}

/** Waits until a screen has its heading, and nothing in it is still being waited for. */
export async function hasCome(page: Page): Promise<void> {
  await page.locator("main#main h1").waitFor();
  await page.waitForFunction(`!document.querySelector("main#main .loading")`);
}

/** Listens to what a page asks of the Data API; returns what waits until all of it has come. */
function followCalls(page: Page): () => Promise<void> {
  const open = new Set<Request>();
  page.on("request", (request) => {
    if (request.url().includes("/rest/v1/")) open.add(request);
  });
  for (const end of ["requestfinished", "requestfailed"] as const) {
    page.on(end as "requestfinished", (request) => void open.delete(request));
  }
  return async () => {
    // What has come may ask for more.
    for (let quiet = 0; quiet < 3;) {
      await hasCome(page);
      await page.evaluate("new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 40)))");
      quiet = open.size === 0 ? quiet + 1 : 0;
    }
  };
}

/** The ids of a job that has failed after an attempt, and of a run. */
export async function examples({ sql }: ConsoleWorld): Promise<{ job: string; run: string; person: string }> {
  const [row] = await sql`
    select j.id as job, j.user_id as person, (select run_id from private.bulk_runs order by begun_at limit 1) as run
    from public.jobs j where j.status = 'failed' and j.attempt > 0 and j.tool = 'image' order by j.id desc limit 1`;
  return { job: row?.job, run: row?.run, person: row?.person };
}
