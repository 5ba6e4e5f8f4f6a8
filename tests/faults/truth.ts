/** What the database says, and that screens show it. */
import assert from "node:assert/strict";
import type postgres from "postgres";
import { LIMIT, type Truth } from "./compared.ts";
import type { Screen } from "./screen.ts";
import type { Person } from "./world.ts";

/** A screen, and whose it is. */
export type Watched = readonly [Person, Screen];

/** What the database says of each of the people, by their ids. */
export async function truthsOf(
  sql: postgres.Sql,
  people: readonly Person[],
): Promise<ReadonlyMap<string, Required<Truth>>> {
  const ids = [...new Set(people.map(({ id }) => id))];
  const projectIds = [...new Set(people.map(({ projectId }) => projectId))];
  const rows = await sql<{ user_id: string; jobs: string[]; credits: number; version: number }[]>`
    select p.user_id, p.version, a.balance::integer as credits, array(
      select concat_ws(' ', id, status, current_step, j.version, coalesce(progress::text, '')) from public.jobs j
      where j.user_id = p.user_id order by j.created_at desc, j.id desc limit ${LIMIT}) as jobs
    from public.projects p join public.credit_accounts a on a.user_id = p.user_id
    where p.id = any (${projectIds}::uuid[]) and p.user_id = any (${ids}::uuid[])`;
  return new Map(rows.map(({ user_id, jobs, credits, version }) => [user_id, {
    jobs,
    credits,
    projectVersion: version,
  }]));
}

/** How often screens are looked at, milliseconds. */
const LOOK = 10;
/** A look that comes later than this was kept from coming by what else the machine does. */
const LATE = 30;

/**
 * Waits until each screen shows what is true, at most `withinMs` milliseconds from now on, and looks at what no screen may
 * do meanwhile. Time in which this machine does not keep up is not counted. Returns how long it took, in ms.
 * @throws AssertionError with what one of them shows instead
 */
export async function eventuallyShow(
  truths: ReadonlyMap<string, Required<Truth>>,
  screens: readonly Watched[],
  withinMs: number,
): Promise<number> {
  let waiting = screens;
  let waited = 0;
  for (;;) {
    waiting = waiting.filter(([person, screen]) => !isTrue(screen.shows(), truths.get(person.id)));
    const [first] = waiting;
    if (!first || waited > withinMs) {
      if (first) fail(first, truths, `${waiting.length} of ${screens.length} after ${withinMs} ms`);
      break;
    }
    const before = performance.now();
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    const took = performance.now() - before;
    waited += took > LATE ? LOOK : took;
  }
  for (const [, screen] of screens) assert.deepEqual(screen.wrongs, []);
  return waited;
}

/** Waits until each screen shows what the database says now; nothing may change meanwhile. As `eventuallyShow`. */
export async function eventuallyEqual(
  sql: postgres.Sql,
  screens: readonly Watched[],
  withinMs: number,
): Promise<number> {
  return await eventuallyShow(await truthsOf(sql, screens.map(([person]) => person)), screens, withinMs);
}

function fail([person, screen]: Watched, truths: ReadonlyMap<string, Truth>, what: string): never {
  const lines = screen.lines.slice(-40).map((line) => line.slice(0, 160)).join("\n");
  const at = (performance.now() / 1000).toFixed(2);
  assert.deepEqual(
    screen.shows(),
    truths.get(person.id),
    `${lines}\nat ${at} s, ${what}: ${screen.connection()}`,
  );
  throw new Error(`${what}, though it is so just now`);
}

/** Whether all that is shown is true; what is not watched is not compared. */
function isTrue(shown: Truth | undefined, truth: Required<Truth> | undefined): boolean {
  if (!shown || !truth) return false;
  const { jobs, credits = truth.credits, projectVersion = truth.projectVersion } = shown;
  return credits === truth.credits && projectVersion === truth.projectVersion &&
    jobs.join() === truth.jobs.join();
}
