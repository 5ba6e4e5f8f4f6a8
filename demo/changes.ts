/** What the demo changes so that a minute shows what else takes several, and how everything is put back. */
import type { Holder } from "../scripts/program/exit.ts";
import type { Environment } from "../tests/world/environment.ts";
import { moveTool } from "../tests/world/move_tool.ts";

/** The demo's hand on the settings. After `putBack` has been called it changes nothing more. */
export interface Changes {
  /** Has a tool run in another lane. */
  route(tool: string, lane: string): Promise<void>;
  /** Has the provider of `lane` asked about each task that it has not told of for two seconds. */
  hurry(lane: string): Promise<void>;
  /** Puts everything back as it was, and has the simulators behave. A second call waits for the first. */
  putBack(): Promise<void>;
}

/** The demo was asked for a change after it had put everything back. */
export class DemoOver extends Error {
  readonly code = "demo_over";
}

/**
 * Gives `body` a hand on the settings. Whether it goes well, fails or is interrupted, everything is put back.
 * @throws what `body` throws.
 */
export async function withChanges<T>(
  environment: Environment,
  { atExit, unlessEnding }: Pick<Holder, "atExit" | "unlessEnding">,
  body: (changes: Changes) => Promise<T>,
): Promise<T> {
  const changes = await rememberSettings(environment);
  atExit(changes.putBack);
  return await unlessEnding(body(changes).finally(changes.putBack));
}

/** Remembers how everything is. What somebody else changes meanwhile in other columns stays. */
export async function rememberSettings(environment: Environment): Promise<Changes> {
  const { sql, kie, fal } = environment;
  const tools = await sql`select tool, lane from public.tools`;
  const lanes = await sql`select lane, poll_after::text, poll_every::text from private.lanes`;
  const schedules = await sql`select jobid, schedule from cron.job`;
  let last: Promise<unknown> = Promise.resolve();
  let puttingBack: Promise<void> | undefined;

  const change = async (make: () => Promise<unknown>) => {
    if (puttingBack) throw new DemoOver("The demo is over.");
    await (last = make());
  };
  const putBack = async () => {
    await last.catch(() => {}); // a change under way must not come after this
    kie.behave();
    fal.behave();
    await sql.begin(async (sql) => {
      for (const { tool, lane } of tools) {
        await sql`update public.tools set lane = ${lane} where tool = ${tool} and lane <> ${lane}`;
      }
      for (const { lane, poll_after, poll_every } of lanes) {
        await sql`
          update private.lanes set poll_after = ${poll_after}::text::interval, poll_every = ${poll_every}::text::interval
          where lane = ${lane} and (poll_after::text, poll_every::text) <> (${poll_after}, ${poll_every})`;
      }
      for (const { jobid, schedule } of schedules) {
        await sql`
          select cron.alter_job(jobid, schedule => ${schedule}) from cron.job
          where jobid = ${jobid} and schedule <> ${schedule}`;
      }
    });
  };
  return {
    route: (tool, lane) => change(() => moveTool(environment, tool, lane)),
    hurry: (lane) =>
      change(() =>
        sql.begin(async (sql) => {
          await sql`update private.lanes set poll_after = '2 seconds', poll_every = '2 seconds' where lane = ${lane}`;
          await sql`select cron.alter_job(jobid, schedule => '2 seconds') from cron.job where jobname = 'esteira-tick'`;
        })
      ),
    putBack: () => puttingBack ??= putBack(),
  };
}
