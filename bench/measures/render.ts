/** A thousand jobs on a screen, and changes of them: does the page go on painting? */
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium } from "../../scripts/install/chromium.ts";
import { type AppWorld, startAppWorld } from "../../tests/browser/app_world.ts";
import { changeJob, fillQueue, ROWS, showAll } from "../../tests/browser/long_queue.ts";
import { mainThreadDuring } from "../../tests/browser/main_thread.ts";
import { enterAs, isLive } from "../../tests/browser/sign_in.ts";
import { type Contender, type Measure, NotThere } from "../contenders/contender.ts";
import { percentile } from "../harness/stats.ts";
import { pause } from "../harness/timing.ts";
import { busyDuring } from "../realtime/busy.ts";

const JOBS = 1_000;
/** Changes a second. */
const RATES = [0, 50, 200];
const PATIENCE_MS = 60_000;
/** Paints are this far apart at 60 a second, milliseconds; one that is half of that late has left out another. */
const FRAME_MS = 1000 / 60;

/** Names that the targets look up. */
export const RENDER = (rate: number): string => `${rate} changes/s`;
export const FRAMES = "frames/s";
export const LONGEST = "longest task ms";
export const MOST_CPU = "most CPU of a task, ms";

export const render: Measure = {
  name: "render",
  title: `A queue of ${JOBS} jobs in the demo app, in Chromium: frames painted and tasks of 50 ms and more`,
  sides: RATES.map((rate) => ({ name: RENDER(rate), open: () => open(rate) })),
};

interface Stage {
  world: AppWorld;
  browser: Browser;
  page: Page;
  ids: readonly string[];
}

let made: Promise<Stage> | undefined;
let users = 0;

async function startStage(): Promise<Stage> {
  const found = await findChromium();
  if ("missing" in found) throw new NotThere(found.missing);
  const world = await startAppWorld();
  const person = await world.person();
  const ids = await fillQueue(world.environment.sql, person.userId, JOBS);
  const browser = await chromium.launch({ executablePath: found.path });
  const { tab: { page } } = await enterAs(browser, world.url, person, { path: "#/queue" });
  page.setDefaultTimeout(PATIENCE_MS);
  await isLive(page);
  await showAll(page, JOBS);
  return { world, browser, page, ids };
}

async function open(rate: number): Promise<Contender> {
  users++;
  const { world, browser, page, ids } = await (made ??= startStage());
  return {
    async round(seconds) {
      await watch(page);
      const busy = await busyDuring(() => change(world, ids, rate, seconds));
      const { frames, tasks, rows } = await seen(page);
      // Once more for what neighbours do not make longer: a trace costs frames.
      const traced = await mainThreadDuring(browser, page, () => change(world, ids, rate, seconds));
      const apart = frames.slice(1).map((at, i) => at - (frames[i] ?? at));
      const took = (frames.at(-1) ?? NaN) - (frames[0] ?? NaN);
      return {
        [FRAMES]: 1000 * apart.length / took,
        "frame p99 ms": percentile(apart, 0.99),
        "left out": apart.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / FRAME_MS) - 1), 0),
        "tasks ≥ 50 ms": tasks.length,
        [LONGEST]: Math.max(0, ...tasks),
        [MOST_CPU]: Math.max(...traced.tasks),
        "CPU ms/s": traced.tasks.reduce((sum, ms) => sum + ms, 0) / seconds,
        layouts: traced.layouts,
        rows,
        "busy %": busy,
      };
    },
    async close() {
      if (--users > 0) return;
      await browser.close();
      await world.close();
    },
  };
}

/** Commits changes of jobs drawn by chance, whether or not the last one has been answered. */
async function change(
  { environment: { sql } }: AppWorld,
  ids: readonly string[],
  rate: number,
  seconds: number,
): Promise<void> {
  const startedAt = performance.now();
  const commits: Promise<void>[] = [];
  for (let n = 0; n < rate * seconds; n++) {
    await pause(Math.max(0, startedAt + n * 1000 / rate - performance.now()));
    const id = ids[Math.floor(Math.random() * ids.length)] ?? "";
    commits.push(changeJob(sql, id, 1 + n % 99));
  }
  await Promise.all(commits);
  await pause(Math.max(0, startedAt + seconds * 1000 - performance.now()));
}

interface Seen {
  /** When each frame was begun, milliseconds. */
  frames: number[];
  /** How long each task took that took 50 ms or more (the browser tells of no others). */
  tasks: number[];
  /** How many different rows have changed. */
  rows: number;
}

/** Begins to note frames, long tasks and the rows that are touched. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(`{
    const seen = window.render = { frames: [], tasks: [], rows: new Set(), isOver: false };
    const frame = (at) => {
      if (seen.isOver) return;
      seen.frames.push(at);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    seen.longTasks = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.tasks.push(duration);
    });
    seen.longTasks.observe({ type: "longtask" });
    seen.changes = new MutationObserver((changes) => {
      for (const { target } of changes) {
        const row = (target.nodeType === 1 ? target : target.parentElement)?.closest(".esteira-job-list > li");
        if (row) seen.rows.add(row);
      }
    });
    const list = document.querySelector(${JSON.stringify(ROWS)}).parentElement;
    seen.changes.observe(list, { childList: true, subtree: true, characterData: true, attributes: true });
  }`);
}

async function seen(page: Page): Promise<Seen> {
  return await page.evaluate(`{
    const { frames, tasks, rows, longTasks, changes } = window.render;
    window.render.isOver = true;
    longTasks.disconnect();
    changes.disconnect();
    ({ frames, tasks, rows: rows.size });
  }`) as Seen;
}
