/** A queue of a thousand jobs on a screen, all of them under way, and changes of them. */
import type { Page } from "playwright-core";
import type postgres from "postgres";

/** A tool that only a worker outside would work: nothing happens to its jobs but what is asked for here. */
const TOOL = "long_queue";
/** Jobs a call of create_jobs; and what the queue's page reads at once. */
const PAGE = 100;

/** Gives somebody `count` jobs that are under way. Returns their ids, newest first. */
export async function fillQueue(sql: postgres.Sql, userId: string, count: number): Promise<string[]> {
  await sql`select private.create_lane(p_lane => ${TOOL}, p_provider => ${TOOL}, p_delivery => 'pull')`;
  await sql`select ops.add_account(p_lane => ${TOOL}, p_name => ${TOOL}, p_secret_name => null, p_capacity => ${count})`;
  await sql`
    insert into public.tools (tool, lane, titles, credit_cost, settings)
    values (${TOOL}, ${TOOL}, '{"en": "Long queue", "pt-BR": "Fila longa"}', 1, '{"input_schema": {"type": "object"}}')`;
  await sql`update private.lanes set max_active_per_user = null, max_waiting_per_user = null, lease = '1 hour'
    where lane = ${TOOL}`;
  await sql`select ops.set_limit(p_limit => limit_name, p_maximum => null) from private.limits`;
  await sql`select ops.grant_credits(${userId}, ${count})`;
  const jobs = Array.from({ length: PAGE }, () => ({ tool: TOOL, input: {} }));
  for (let made = 0; made < count; made += PAGE) {
    await sql`select count(*) from public.create_jobs(p_user_id => ${userId}, p_jobs => ${sql.json(jobs)},
      p_caller_drains => true)`;
  }
  const rows = await sql<{ id: string }[]>`
    select id from public.jobs where user_id = ${userId} and status = 'processing' order by created_at desc, id desc`;
  return rows.map(({ id }) => id);
}

/** Moves a job's progress on, as its worker would; resolves when that is committed. */
export async function changeJob(sql: postgres.Sql, id: string, progress: number): Promise<void> {
  await sql`update public.jobs set progress = ${progress} where id = ${id}`;
}

/** The rows of the page's own list. */
export const ROWS = ".page .esteira-job-list > li";

/** Asks for older ones until `count` are on the page. */
export async function showAll(page: Page, count: number): Promise<void> {
  for (let shown = PAGE; shown < count; shown += PAGE) {
    await page.locator(`${ROWS} >> nth=${shown - 1}`).waitFor({ state: "attached" });
    // Not where it lies: the list below the window has its size only once it is seen.
    await page.locator(".page .queue-list > .esteira-button").dispatchEvent("click");
  }
  await page.locator(`${ROWS} >> nth=${count - 1}`).waitFor({ state: "attached" });
}

/** What the page has done with the list since `watchRows` was called. */
export interface Touched {
  /** The numbers of the rows of which something has changed in the document, in order. */
  readonly rows: readonly number[];
  /** How many rows came or went. */
  readonly moved: number;
}

/** Begins to note which rows are touched; `touched` tells. */
export async function watchRows(page: Page): Promise<void> {
  await page.evaluate(`{
    const rows = [...document.querySelectorAll(${JSON.stringify(ROWS)})];
    const list = rows[0].parentElement;
    const noted = window.noted = { rows: new Set(), moved: 0 };
    noted.observer = new MutationObserver((changes) => {
      for (const { target, addedNodes, removedNodes } of changes) {
        if (target === list) noted.moved += addedNodes.length + removedNodes.length;
        const row = rows.findIndex((row) => row.contains(target));
        if (row >= 0) noted.rows.add(row);
      }
    });
    noted.observer.observe(list, { childList: true, subtree: true, characterData: true, attributes: true });
  }`);
}

/** Ends what `watchRows` began. */
export async function touched(page: Page): Promise<Touched> {
  return await page.evaluate(`{
    const { rows, moved, observer } = window.noted;
    observer.disconnect();
    ({ rows: [...rows].sort((a, b) => a - b), moved });
  }`) as Touched;
}

/** Resolves when each of these rows shows this progress. */
export async function showProgress(page: Page, wanted: ReadonlyMap<number, number>): Promise<void> {
  await page.waitForFunction(`{
    const bars = [...document.querySelectorAll(${JSON.stringify(ROWS)})]
      .map((row) => row.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow"));
    ${JSON.stringify([...wanted])}.every(([row, progress]) => bars[row] === String(progress));
  }`);
}

/** How many rows of all are laid out: the others are far from what is seen. */
export async function laidOut(page: Page): Promise<number> {
  return await page.evaluate(`[...document.querySelectorAll(${JSON.stringify(`${ROWS} > *`)})]
    .filter((shown) => shown.checkVisibility({ contentVisibilityAuto: true })).length`) as number;
}
