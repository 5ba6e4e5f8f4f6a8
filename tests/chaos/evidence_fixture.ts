/** Evidence for the tests of the checks: one job, completed, and all that belongs to it. */
import type { AttemptRow, Evidence, JobRow, Task } from "./evidence.ts";
import { type PlacedScenario, PROVIDERS } from "./scenarios/scenario.ts";

const START = new Date("2026-11-01T12:00:00Z");
const END = new Date("2026-11-01T12:00:05Z");
export const PATH = "user/job/1-0.png";

/** What may be another than in a run without any problem. */
export interface Parts {
  scenario?: Partial<PlacedScenario>;
  job?: Partial<JobRow>;
  attempt?: Partial<AttemptRow>;
  task?: Partial<Task>;
  all?: Partial<Evidence>;
}

/** Evidence of a run in which everything is right, but for the parts that are given. */
export function evidenceWith({ scenario, job, attempt, task, all }: Parts = {}): Evidence {
  const provider = scenario?.provider ?? "kie";
  const status = job?.status ?? "completed";
  const isPaidBack = status === "failed" || status === "cancelled";
  return {
    planned: [{
      n: 0,
      scenario: { provider, name: "calm", ends: "completed", ...scenario },
      user: 0,
      text: "kie-calm-0",
      cancel: undefined,
    }],
    keys: ["key"],
    jobs: [{
      id: "job",
      idempotency_key: "key",
      user_id: "user",
      status: "completed",
      step_history: ["insert", "starting", "running", job?.status ?? "completed"]
        .map((step) => ({ step, timestamp: START.toISOString() })),
      error_code: null,
      error_message: null,
      output: job?.status && job.status !== "completed" ? null : { files: [{ path: PATH, bytes: 9 }] },
      created_at: START,
      completed_at: END,
      deadline_at: END,
      credits_charged: 1,
      refund: isPaidBack ? "paid" : "none",
      ...job,
    }],
    attempts: [{
      job_id: "job",
      attempt: 1,
      token: "token",
      external_id: "task",
      outcome: "succeeded",
      error_code: null,
      submits: 1,
      started_at: START,
      finished_at: END,
      ...attempt,
    }],
    tasks: [{
      provider,
      account: "key",
      id: "task",
      text: "kie-calm-0",
      jobId: "job",
      token: "token",
      beganAt: START.getTime(),
      endedAt: END.getTime(),
      outcome: status === "completed" ? "succeeded" : "failed",
      outputs: [{ bytes: 9, sha256: "abc" }],
      wasHeard: true,
      ...task,
    }],
    downloads: new Map([[PATH, { bytes: 9, sha256: "abc" }]]),
    objects: status === "completed" ? [PATH] : [],
    creditDrift: [],
    charges: new Map([["job", 1]]),
    refunds: new Map(isPaidBack ? [["job", 1]] : []),
    slots: new Map(PROVIDERS.map((name) => [name, 1])),
    outbox: [],
    unknownRepairs: 0,
    stolen: [],
    leavers: [],
    busySlots: 0,
    queues: new Map([["kie_queue", 0], ["settle_queue", 0]]),
    deadLetters: [],
    broadcastFailures: [],
    changes: [],
    verdicts: { looks: 1, problems: [] },
    ids: new Map([[0, "job"]]),
    cancels: new Map(),
    crashes: [],
    kills: [],
    outages: [],
    ...all,
  };
}
