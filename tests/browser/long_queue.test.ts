/** A thousand jobs under way on one screen: what a change of one of them costs the page, in counts and not in time. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest } from "./in_browser.ts";
import {
  changeJob,
  fillQueue,
  laidOut,
  ROWS,
  showAll,
  showProgress,
  touched,
  watchRows,
} from "./long_queue.ts";
import { mainThreadDuring } from "./main_thread.ts";
import { enterAs, isLive } from "./sign_in.ts";

const JOBS = 1_000;
/** Changes a second, and for how long. */
const RATE = 50;
const SECONDS = 3;
/** How long anything may take on a machine that has other things to do, in milliseconds. */
const PATIENCE_MS = 60_000;
/** As many rows as one screen, what is above and what is below it can have. */
const SCREENFUL = 60;
/** From so long on a browser calls a task long, in milliseconds. */
const LONG_TASK_MS = 50;
/** What the page around the list may do meanwhile. */
const SLACK = 10;

browserTest("fifty changes a second in a queue of a thousand: each touches its own row", async (world) => {
  const { browser, environment: { sql }, url, t } = world;
  const person = await world.person();
  const ids = await fillQueue(sql, person.userId, JOBS);
  const { tab: { page, problems } } = await enterAs(browser, url, person, { path: "#/queue" });
  page.setDefaultTimeout(PATIENCE_MS);
  await isLive(page);
  await showAll(page, JOBS);

  await t.step("all are in the page, and those far from what is seen are not laid out", async () => {
    await frames(page, 10);
    assert.equal(await page.locator(ROWS).count(), JOBS);
    const count = await laidOut(page);
    assert.ok(count > 0 && count <= SCREENFUL, `${count} rows are laid out`);
  });

  await t.step("what only moves is no layout: nothing is laid out while nothing changes", async () => {
    const layouts = await layoutsDuring(page, () => frames(page, 60));
    assert.ok(layouts <= SLACK, `${layouts} layouts in 60 frames`);
  });

  await t.step("every change arrives, and nothing but its row is touched", async () => {
    const wanted = new Map<number, number>();
    await watchRows(page);
    const inOrder = await sql.reserve(); // or two changes of one row could overtake each other
    const layouts = await layoutsDuring(page, async () => {
      await changeAtRate((n) => {
        // Rows near and far; each seventh change is another one of the same row.
        const row = n % 7 === 0 ? 3 : (n * 37) % JOBS;
        const progress = 1 + n % 99;
        wanted.set(row, progress);
        return changeJob(inOrder, ids[row] ?? "", progress);
      });
      await showProgress(page, wanted);
    });
    inOrder.release();
    const { rows, moved } = await touched(page);
    assert.deepEqual(rows, [...wanted.keys()].sort((a, b) => a - b));
    assert.equal(moved, 0, "rows stay where they are");
    const seen = RATE * SECONDS / 7 + SCREENFUL;
    assert.ok(layouts <= seen + SLACK, `${layouts} layouts: what nobody sees is not laid out`);
  });

  // Time, and so for `npm run test:long` alone: CPU time, which says what the page does and not what else runs here.
  if (Deno.env.has("ESTEIRA_BIG")) {
    await t.step("no task has the CPU so long that a frame or a click would wait for it", async () => {
      const { tasks } = await mainThreadDuring(browser, page, () =>
        changeAtRate((n) => {
          return changeJob(sql, ids[(n * 37) % JOBS] ?? "", 1 + (n + 50) % 99);
        }));
      assert.deepEqual(tasks.filter((ms) => ms >= LONG_TASK_MS), []);
    });
  }
  assert.deepEqual(problems, []);
});

/** Commits a change at each beat of the rate, whether or not the last one has been answered; resolves when all have been. */
async function changeAtRate(change: (n: number) => Promise<void>): Promise<void> {
  const commits: Promise<void>[] = [];
  for (let n = 0; n < RATE * SECONDS; n++) {
    commits.push(change(n));
    await new Promise((resolve) => setTimeout(resolve, 1000 / RATE));
  }
  await Promise.all(commits);
}

/** Resolves after so many frames of the page. */
async function frames(page: Page, count: number): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    let left = ${count};
    const next = () => left-- > 0 ? requestAnimationFrame(next) : resolve();
    next();
  })`);
}

/** How often the browser has laid the page out meanwhile. */
async function layoutsDuring(page: Page, work: () => Promise<unknown>): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const count = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "LayoutCount")?.value ?? NaN;
  };
  const before = await count();
  await work();
  const after = await count();
  await devtools.detach();
  return after - before;
}
