/** Workers outside, as processes: the example of docs/external-worker against the stack of a test. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../../scripts/paths.ts";
import { readOutput } from "../../scripts/program/output.ts";
import type { Job } from "../../shared/rows/job.ts";
import { jobResponse } from "../../shared/requests/requests.ts";
import { callFunction } from "../world/api.ts";
import type { Environment, User } from "../world/environment.ts";

/** The example worker, running. */
export interface WorkerProcess {
  /** What it has printed. */
  output(): string;
  /** Ends it with a signal, and returns its exit code when it has ended. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number>;
}

/** Starts the example worker; it claims every 200 ms. */
export function startWorker(
  { deployment }: Environment,
  name: string,
  env: Record<string, string> = {},
): WorkerProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "docs/external-worker/worker.ts"],
    cwd: ROOT,
    env: {
      ESTEIRA_URL: deployment.apiUrl,
      ESTEIRA_SECRET_KEY: deployment.secretKey,
      ESTEIRA_WORKER: name,
      ESTEIRA_CLAIM_SECONDS: "0.2",
      NO_COLOR: "1",
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const printed = readOutput(child);
  return {
    output: () => printed.all,
    end: async (signal) => {
      try {
        child.kill(signal);
      } catch {
        // It has ended by itself; its exit code tells.
      }
      await printed.done;
      return (await child.status).code;
    },
  };
}

/** The blocks of SQL in the operator's guide, docs/external-worker.md: the tests do what it says. */
export async function guideSql(): Promise<string[]> {
  const guide = await Deno.readTextFile(join(ROOT, "docs/external-worker.md"));
  return [...guide.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = ""]) => sql);
}

/** Adds the tool that the example worker works on, as the guide says: a row, and nothing else. */
export async function addFingerprintTool({ sql }: Environment): Promise<void> {
  const [known] = await sql`select from public.tools where tool = 'fingerprint'`;
  if (!known) await sql.unsafe((await guideSql())[0] ?? "");
}

/** Creates a fingerprint job as the user does, and returns its id. */
export async function createFingerprint(
  environment: Environment,
  user: User,
  input: { image: string; seconds?: number },
): Promise<string> {
  const answer = await callFunction(environment, "jobs", {
    token: user.accessToken,
    body: { tool: "fingerprint", input },
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return jobResponse.parse(answer.body).job.id;
}

/** The job as its user sees it. */
export async function readJob(environment: Environment, user: User, id: string): Promise<Job> {
  const answer = await callFunction(environment, `jobs/${id}`, { method: "GET", token: user.accessToken });
  return jobResponse.parse(answer.body).job;
}

/** Waits until the user sees the job as `is` wants it. */
export async function jobBecomes(
  environment: Environment,
  user: User,
  id: string,
  what: string,
  is: (job: Job) => boolean,
): Promise<Job> {
  return await eventually(async () => {
    const job = await readJob(environment, user, id);
    return is(job) ? job : undefined;
  }, { what: `the job to be ${what}`, timeoutMs: 30_000 });
}

/** Whether some of the work has been done. */
export const hasProgress = (job: Job): boolean => job.status === "processing" && (job.progress ?? 0) > 0;
