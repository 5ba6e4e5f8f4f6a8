/** Plays the scenes one after the other and prints what became of each. */
import { errorText } from "../shared/errors/provider_errors.ts";
import { isTerminal } from "../shared/words/statuses.ts";
import type { Environment, User } from "../tests/world/environment.ts";
import { listenToJobs } from "../tests/world/listen.ts";
import { type Changes, DemoOver } from "./changes.ts";
import { begin, type Scene } from "./scenes.ts";

const PATIENCE_MS = 60_000;
const CREDITS = 60;

/** Plays `scenes` as one new user. Returns what was not as it should be; empty when all was. */
export async function play(
  environment: Environment,
  changes: Changes,
  scenes: readonly Scene[],
): Promise<string[]> {
  const user = await environment.signUp(CREDITS);
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const endOf = (id: string) => {
    const end = ends.get(id) ?? Promise.withResolvers<void>();
    ends.set(id, end);
    return end;
  };
  await listenToJobs(user.client, user.userId, (event) => {
    if (isTerminal(event.new.status)) endOf(event.new.id).resolve();
  });

  const faults: string[] = [];
  for (const scene of scenes) {
    const startedAt = performance.now();
    try {
      const ids = await begin(scene, environment, user, changes);
      for (const id of ids) await inTime(endOf(id).promise, `No end of job ${id} came by realtime`);
      const ms = performance.now() - startedAt;
      const jobs = await endedJobs(user, ids);
      const failed = jobs.find(({ status }) => status === "failed");
      const { data: file } = await user.client.storage.from("outputs").list(`${user.userId}/${ids[0]}`);
      const told = failed ? refusalOf(scene.lane, failed) : await scene.after?.(environment, user);
      const what = file?.length ? `${file.length} file stored` : "";
      console.log(
        `${ms.toFixed(0).padStart(7)} ms  ${scene.title.padEnd(34)} ${
          [jobs[0]?.status, what, told].filter(Boolean).join(" · ")
        }`,
      );
      for (const { status, error_message } of jobs.filter(({ status }) => status !== scene.end)) {
        faults.push(`${scene.title}: the job is ${status}: ${error_message}`);
      }
    } catch (error) {
      if (error instanceof DemoOver) break;
      faults.push(`${scene.title}: ${(error as Error).message}`);
    }
  }
  const drift = await environment.sql`select * from ops.credit_drift()`;
  if (drift.length > 0) faults.push(`the credits do not add up: ${JSON.stringify(drift)}`);
  return faults;
}

interface EndedJob {
  status: string;
  error_code: string | null;
  error_message: string | null;
  step_history: unknown;
  credits_charged: number;
}

async function endedJobs({ client }: User, ids: readonly string[]): Promise<EndedJob[]> {
  const { data, error } = await client.from("jobs")
    .select("status, error_code, error_message, step_history, credits_charged").in("id", ids);
  if (error) throw error;
  return data;
}

/** The provider's own words, what they mean in the user's language where that is known, and the refund. */
function refusalOf(
  lane: string,
  job: EndedJob,
): string {
  const last = (job.step_history as { refunded?: number }[]).at(-1);
  const meaning = errorText(lane, job.error_code ?? "", "pt-BR");
  return [`"${job.error_message}"`, meaning, `${last?.refunded ?? 0} credit refunded`].filter(Boolean).join(
    " · ",
  );
}

async function inTime(promise: Promise<void>, message: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message)), PATIENCE_MS);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
