/** What the console costs before 100,000 jobs: each filter of its list in the database, and its first paint in a browser. */
import { type Browser, chromium } from "playwright-core";
import { findChromium } from "../../scripts/install/chromium.ts";
import { type ConsoleWorld, startConsoleWorld } from "../../tests/console/console_world.ts";
import { visit } from "../../tests/console/visit.ts";
import { actAs } from "../contenders/esteira.ts";
import { type Contender, type Measure, NotThere } from "../contenders/contender.ts";
import { percentile } from "../harness/stats.ts";
import { quantiles, time } from "../harness/timing.ts";
import { connect } from "../server/connection.ts";
import { cpuOf } from "../server/cpu.ts";

const JOBS = 100_000;

/** A filter of each kind; a user and a moment are those of the world. */
const FILTERS: Readonly<Record<string, Record<string, unknown>>> = {
  "none": {},
  "status": { status: "failed" },
  "two statuses and a lane": { status: ["failed", "cancelled"], lane: "kie" },
  "tool": { tool: "video_upscaler" },
  "error code": { error_code: "deadline_exceeded" },
  "a rare error code": { error_code: "input_gone" },
  "step at which it failed": { failed_step: "webhook_received" },
  "refund": { refund: "withheld" },
  "retries": { is_retry: true },
  "user's address": { user_email: "ana.barros" },
  "a text that is common": { text: "lighthouse" },
  "a text that nobody wrote": { text: "no such words" },
  "JSON path": { path: '$.input.prompt like_regex "bicycle"' },
  "JSON path that nothing has": { path: "$.input.nothing" },
  "slower than an hour": { slower_than_ms: 3_600_000 },
  "a day a week ago": { created_from: daysAgo(8), created_to: daysAgo(7) },
};

/** Names that the targets look up. */
export const FIND_JOBS = Object.keys(FILTERS).map((name) => `filter: ${name}`);
export const FIRST_PAINT = "Jobs, opened anew";
export const PAINTED = "first paint p50 ms";

export const consoleMeasure: Measure = {
  name: "console",
  title: "The console before 100,000 jobs (find_jobs: 1 connection; Jobs in Chromium on loopback)",
  sides: [
    ...Object.entries(FILTERS).map(([name, filter]) => ({
      name: `filter: ${name}`,
      open: () => openFilter(filter),
    })),
    { name: FIRST_PAINT, open: openJobs },
  ],
};

let made: Promise<ConsoleWorld> | undefined;
let users = 0;

/** The one world of all sides; closed by the last. */
async function takeWorld(): Promise<{ world: ConsoleWorld; leave(): Promise<void> }> {
  users++;
  const world = await (made ??= startConsoleWorld(JOBS));
  return {
    world,
    async leave() {
      if (--users === 0) await world.close();
    },
  };
}

async function openFilter(filter: Record<string, unknown>): Promise<Contender> {
  const { world, leave } = await takeWorld();
  const sql = connect(world.environment.deployment.databaseUrl, 1);
  await actAs(sql, world.people.admin.userId);
  const find = () => sql`select ops_api.find_jobs(${sql.json(filter as Record<string, string>)}, 50)`;
  return {
    async round(seconds) {
      await find();
      const times: number[] = [];
      const cpuBefore = await cpuOf(sql) ?? NaN;
      for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
        times.push(await time(find));
      }
      return { ...quantiles(times), "CPU ms": ((await cpuOf(sql) ?? NaN) - cpuBefore) / times.length };
    },
    async close() {
      await sql.end();
      await leave();
    },
  };
}

async function openJobs(): Promise<Contender> {
  const found = await findChromium();
  if ("missing" in found) throw new NotThere(found.missing);
  const { world, leave } = await takeWorld();
  const browser = await chromium.launch({ executablePath: found.path });
  const session = await signedIn(world, browser);
  return {
    async round(seconds) {
      const [painted, rows]: [number[], number[]] = [[], []];
      for (const end = performance.now() + seconds * 1000; painted.length < 5 || performance.now() < end;) {
        const context = await browser.newContext({ storageState: session }); // nothing is in its cache
        const page = await context.newPage();
        await page.goto(`${world.url}/#/jobs`);
        await page.locator("main#main a.row-link").first().waitFor();
        rows.push(await page.evaluate("performance.now()"));
        painted.push(
          await page.evaluate(`performance.getEntriesByName("first-contentful-paint")[0].startTime`),
        );
        await context.close();
      }
      return { [PAINTED]: percentile(painted, 0.5), "rows p50 ms": percentile(rows, 0.5) };
    },
    async close() {
      await browser.close();
      await leave();
    },
  };
}

async function signedIn(world: ConsoleWorld, browser: Browser) {
  const { context, close } = await visit({ ...world, browser }, "admin");
  const session = await context.storageState();
  await close();
  return session;
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}
