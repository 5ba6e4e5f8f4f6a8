/** pg_cron runs the schedules. The migrations have brought them; one that an operator has taken away is not brought back. */
import { z } from "zod";
import { DeployError } from "../deploy_error.ts";
import type { ManagementApi } from "../management_api.ts";
import { done, left, type Step, toDo } from "../step.ts";
import { schemaOf } from "./schema.ts";

/** For so many looks, so long apart, the first beat is waited for: what is waited for runs once a minute. */
const LOOKS = 50;
/** And for so many a part that has failed: a migration may have kept it from its tables, and its next run ends well. */
const LOOKS_AT_FAILING = 25;
const LOOK_AGAIN_MS = 3_000;

const part = z.object({
  part: z.string(),
  verdict: z.string(),
  is_often: z.boolean(),
  /** It has failed of late, and has run to its end since. */
  has_run_since: z.boolean(),
});
type Part = z.infer<typeof part>;

const AT_REST = new Set(["unscheduled", "inactive", "failing"]);
const SOON_WELL = new Set(["never", "failing"]);

export const schedulesStep: Step = {
  name: "schedules",
  async look({ api }) {
    const { version } = await schemaOf(api);
    if (version === null || !await canTell(api)) {
      return toDo("Wait until pg_cron has run what runs once a minute.");
    }
    const parts = await unwell(api);
    const asleep = parts.filter(isAsleep);
    if (asleep.length > 0) return toDo(`Wait until pg_cron has run to its end: ${namesOf(asleep)}.`);
    const others = parts.filter(({ verdict, has_run_since }) => AT_REST.has(verdict) && !has_run_since);
    if (others.length === 0) return done("pg_cron runs the schedules.");
    return left(`Not well: ${namesOf(others)}. The check at the end says what mends it.`);
  },
  async act({ api, pause }) {
    await api.sql("select outcome from ops.install()", z.unknown());
    for (let look = 1; look <= LOOKS; look++) {
      const asleep = (await unwell(api)).filter(isAsleep);
      const isFailing = asleep.every(({ verdict }) => verdict === "failing");
      if (asleep.length === 0 || (isFailing && look > LOOKS_AT_FAILING)) return; // the check at the end tells of it
      await pause(LOOK_AGAIN_MS);
    }
    throw new DeployError(
      "schedules_silent",
      `pg_cron has not run ${namesOf((await unwell(api)).filter(isAsleep))} for ${
        LOOKS * LOOK_AGAIN_MS / 1000
      } s.`,
      "Look at select * from cron.job_run_details order by start_time desc limit 20, and run this again.",
    );
  },
};

/** Earlier releases had no ops.cron_health(). */
async function canTell(api: ManagementApi): Promise<boolean> {
  const [found] = await api.sql(
    "select to_regprocedure('ops.cron_health()') is not null as is_there",
    z.object({ is_there: z.boolean() }),
  );
  return found?.is_there === true;
}

async function unwell(api: ManagementApi): Promise<Part[]> {
  return await api.sql(
    "select h.part, h.verdict, h.every <= '1 minute' as is_often, coalesce(h.verdict = 'failing' and h.beat_at > (" +
      "select max(f.last_at) from ops.faults f where f.part = h.part and f.lane is null), false) as has_run_since " +
      "from ops.cron_health() h where h.verdict <> 'ok'",
    part,
  );
}

/** What runs once an hour, or once a day, may not have had its time yet. */
function isAsleep({ verdict, is_often, has_run_since }: Part): boolean {
  return verdict === "dead" || (SOON_WELL.has(verdict) && is_often && !has_run_since);
}

function namesOf(parts: readonly Part[]): string {
  const shown = parts.slice(0, 3).map(({ part, verdict }) => `${part} (${verdict})`).join(", ");
  return parts.length > 3 ? `${shown} and ${parts.length - 3} more` : shown;
}
