/** Operations of users, workers, providers and operators, drawn at random: what a busy installation sees in a day. */
import { claim, createUser, expire, heartbeat, type Lane, setCapacity, type Work } from "./actors.ts";
import { isDatabaseError, type Row, type Session } from "./harness.ts";

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Received extends Row {
  /** The message, which is gone when the job was claimed. */
  queue: string | null;
  msg_id: string | null;
  item: { job: { id: string; lane: string }; attempt: { attempt: number; token: string } };
}

/** What the operations know of each other: the latest jobs and work items, so that they meet on the same rows. */
export interface World {
  lanes: Lane[];
  /** Those of them that workers outside claim from. */
  pullLanes: Lane[];
  accountIds: number[];
  userIds: string[];
  /** Each user's projects. */
  projectIds: Map<string, string[]>;
  jobIds: string[];
  received: Received[];
}

/** One connection's share: its session, its draw of random numbers. */
export interface Actor {
  session: Session;
  random: () => number;
}

type Operation = (world: World, actor: Actor) => Promise<unknown>;

const REMEMBERED = 20;

function pick<T>(from: readonly T[], random: () => number): T | undefined {
  return from[Math.floor(random() * from.length)];
}

function remember<T>(list: T[], items: T[]): void {
  list.push(...items);
  if (list.length > REMEMBERED) list.splice(0, list.length - REMEMBERED);
}

const onJob =
  (run: (session: Session, jobId: string, random: () => number) => Promise<unknown>): Operation =>
  async (world, { session, random }) => {
    const jobId = pick(world.jobIds, random);
    if (jobId) await run(session, jobId, random);
  };

type WorkerCall = (
  session: Session,
  named: { p_job_id: string; p_token: string },
  work: Received,
  random: () => number,
) => Promise<unknown>;

const onWork = (run: WorkerCall): Operation => async (world, { session, random }) => {
  const work = pick(world.received, random);
  if (work) {
    await run(session, { p_job_id: work.item.job.id, p_token: work.item.attempt.token }, work, random);
  }
};

const message = (work: Received) => ({ p_queue: work.queue, p_msg_id: work.msg_id });

const someProject = ({ userIds, projectIds }: World, random: () => number, userId = pick(userIds, random)) =>
  pick(projectIds.get(userId ?? "") ?? [], random) ?? null;

/** A node of a user's project, or one that is not there; now and then of somebody else's. */
const someNode = (world: World, random: () => number, userId: string | null) => ({
  projectId: someProject(world, random, random() < 0.05 ? undefined : userId ?? undefined),
  nodeId: pick(["n1", "n2", "n3"], random) ?? null,
});

const createJob: Operation = async (world, { session, random }) => {
  const userId = pick(world.userIds, random) ?? null;
  const jobs = await session.call<{ id: string }>("public.create_job", {
    p_user_id: userId,
    p_tool: pick(world.lanes, random)?.name ?? null,
    p_input: {},
    p_priority: Math.floor(random() * 3),
    p_idempotency_key: random() < 0.3 ? `key-${Math.floor(random() * 200)}` : null,
    p_metadata: someNode(world, random, userId),
  });
  remember(world.jobIds, jobs.map((job) => job.id));
};

const createJobs: Operation = async (world, { session, random }) => {
  const userId = pick(world.userIds, random) ?? null;
  const jobs = await session.call<{ id: string }>("public.create_jobs", {
    p_user_id: userId,
    p_jobs: Array.from(
      { length: 3 },
      () => ({ tool: pick(world.lanes, random)?.name, input: {}, metadata: someNode(world, random, userId) }),
    ),
  });
  remember(world.jobIds, jobs.map((job) => job.id));
};

const receive: Operation = async (world, { session, random }) => {
  const lane = pick(world.lanes, random);
  if (!lane) return;
  const named = { p_lane: lane.name, p_qty: 1 + Math.floor(random() * 5) };
  const rows = await session.call<Received>("worker.receive", named);
  if (rows.length === 0) {
    rows.push(...await session.call<Received>("worker.receive", { ...named, p_waits: true }));
  }
  remember(world.received, rows);
};

const claimJobs: Operation = async (world, { session, random }) => {
  const lane = pick(world.pullLanes, random);
  if (!lane) return;
  const claimed = await claim(session, lane, 1 + Math.floor(random() * 4));
  remember(
    world.received,
    claimed.map(({ jobId, attempt, token }) => ({
      queue: null,
      msg_id: null,
      item: { job: { id: jobId, lane: lane.name }, attempt: { attempt, token } },
    })),
  );
};

const onClaim =
  (run: (session: Session, work: Work) => Promise<unknown>): Operation =>
  async (world, { session, random }) => {
    const claims = world.received.filter(({ queue }) => queue === null);
    const { job, attempt } = pick(claims, random)?.item ?? {};
    if (job && attempt) await run(session, { jobId: job.id, ...attempt });
  };

const receiveSettlements: Operation = async (world, { session }) =>
  remember(world.received, await session.call<Received>("worker.receive_settlements", { p_qty: 3 }));

const webhook = onWork((session, named, work, random) => {
  const word = pick(["succeeded", "succeeded", "failed", null], random) ?? null;
  return session.call("worker.webhook", {
    ...named,
    p_provider: work.item.job.lane,
    p_dedupe_key: `${work.item.attempt.token}/${Math.floor(random() * 3)}`,
    p_verified_by: "token",
    p_headers: {},
    p_payload: { word },
    p_word: word,
    p_external_id: "task",
  });
});

const attemptFailed = onWork((session, named, work, random) =>
  session.call("worker.attempt_failed", {
    ...named,
    ...message(work),
    p_retry_class: pick(["never", "backoff", "wait", "pause"], random) ?? null,
    p_error_code: "out_of_luck",
    p_error_message: "It did not work.",
    p_retry_after: "20 milliseconds",
  })
);

const complete = onWork((session, named, work) =>
  session.call("worker.complete", {
    ...named,
    ...message(work),
    p_output: { files: [] },
    p_output_url: "https://example.test/a",
  })
);

const submitted = onWork((session, named, work) =>
  session.call("worker.submitted", { ...named, ...message(work), p_external_id: "task", p_raw: {} })
);

/** Passes the checkpoint; one in five of the submits before was long ago, and may be repeated. */
const checkpoint = onWork(async (session, named, _, random) => {
  if (random() < 0.2) {
    await session.rows(
      `update public.job_attempts set submit_until = clock_timestamp() - interval '1 hour', nones = 2
       where job_id = $1 and token = $2 and submits > 0`,
      [named.p_job_id, named.p_token],
    );
  }
  await session.call("worker.checkpoint", {
    ...named,
    p_checkpoint: { a: 1 },
    p_terms: {
      resubmit: pick(["idempotent", "at_least_once", "reconcile_only"], random) ?? "reconcile_only",
      can_stop: true,
    },
  });
});

const produced = onWork((session, named, _, random) =>
  session.call("worker.produced", {
    ...named,
    p_outputs: [{ url: `https://provider.test/${random()}`, contentType: null }],
    p_external_id: pick(["task", "other", null], random) ?? null,
  })
);

const outputRefused = onWork((session, named, work) =>
  session.call("worker.output_refused", {
    ...named,
    ...message(work),
    p_error_code: "output_too_large",
    p_error_message: "It is too large.",
  })
);

/** A worker gives an attempt up, or is told that it may not yet. */
const giveUp = (name: string, more: Record<string, null>) =>
  onWork((session, named, work) => session.call(name, { ...named, ...message(work), ...more }));

/** A worker takes up what is in the outbox, and learns something of each task, or how it ended. */
const workOnOutbox: Operation = async (_, { session, random }) => {
  const named = { p_qty: 1 + Math.floor(random() * 4) };
  const rows = await session.call<{ receive_cancels: Received["item"] }>("worker.receive_cancels", named);
  for (const { receive_cancels: { attempt: { token } } } of rows) {
    const how = pick(["never_existed", "stopped", "failed", "succeeded", "unknown"], random) ?? null;
    if (random() < 0.7) await session.call("worker.task_over", { p_token: token, p_how: how });
    else await session.call("worker.cancel_noted", { p_token: token, p_none: true, p_delay: "10 ms" });
  }
};

const weather: Operation = async (world, { session, random }) => {
  const p_lane = pick(world.lanes, random)?.name ?? null;
  if (random() < 0.6) await session.call("worker.provider_down", { p_lane, p_reason: "test" });
  else await session.call("worker.provider_up", { p_lane });
};

/** An operator removes an account, and brings it back. */
const removeAccount: Operation = async (world, { session, random }) => {
  const p_account_id = pick(world.accountIds, random) ?? 0;
  await session.call("ops.remove_account", { p_account_id });
  await session.rows(
    `select ops.add_account(lane, name, secret_name, 3, settings) from private.accounts where account_id = $1`,
    [p_account_id],
  );
};

/** A user goes, and another comes. */
const replaceUser: Operation = async (world, { session, random }) => {
  const n = Math.floor(random() * world.userIds.length);
  const gone = world.userIds[n] ?? null;
  world.userIds[n] = await createUser(session, 50);
  if (random() < 0.5) await session.rows("delete from auth.users where id = $1", [gone]);
  else await session.call("ops.forget_user", { p_user_id: gone });
};

/** What happens later to those who left, and to what has had its time; a few ended jobs are deleted by hand. */
const retention: Operation = async (_, { session, random }) => {
  const due = [
    "update private.leavers set due_at = now() where user_id in (select user_id from private.leavers for update skip locked)",
    "select private.run('esteira-retention')",
    "select private.clean_up()",
    "select worker.receive_doomed_files(20)",
    "select worker.task_forgotten((item #>> '{attempt,token}')::uuid) from worker.receive_forgets(5) item",
    `delete from public.jobs where id in (select id from public.jobs where status in ('completed', 'failed')
       and refund <> 'due' order by random() limit 2 for update skip locked)`,
  ];
  await session.rows(pick(due, random) ?? "");
};

/** What a worker reports at once: three of the work items, each job once. */
const reportMany =
  (name: string, said: Record<string, unknown>): Operation => async (world, { session, random }) => {
    const some = new Map<string, Received>();
    for (let i = 0; i < 3; i++) {
      const work = pick(world.received, random);
      if (work) some.set(work.item.job.id, work);
    }
    const items = [...some.values()].map(({ queue, msg_id, item: { job, attempt } }) => ({
      job_id: job.id,
      token: attempt.token,
      queue,
      msg_id,
      ...said,
    }));
    if (items.length > 0) await session.call(name, { p_items: items });
  };

/** Several calls of one worker in one transaction. Each that fails by more than its caller's fault fails the operation. */
const reportTogether: Operation = async (world, { session, random }) => {
  const reports: { call: string; args: Record<string, unknown> }[] = [];
  const collecting = {
    call(name: string, args: Record<string, unknown>) {
      const told = args.p_retry_class === "pause" ? { ...args, p_retry_class: "wait" } : args; // goes alone
      reports.push({ call: name.replace("worker.", ""), args: told });
      return Promise.resolve([]);
    },
  } as unknown as Session;
  for (let n = 0; n < 6; n++) {
    const operation = pick(
      [webhook, attemptFailed, complete, complete, submitted, submitted, produced],
      random,
    );
    await operation?.(world, { session: collecting, random });
  }
  if (reports.length === 0) return;
  const [row] = await session.rows<{ answers: { error?: { code: string; message: string } }[] }>(
    "select worker.report_many($1) as answers",
    [reports],
  );
  for (const { error } of row?.answers ?? []) {
    if (error && !error.code.startsWith("PT")) throw new Error(`${error.code} ${error.message}`);
  }
};

const progress = onWork((session, named, work, random) =>
  session.call("worker.progress", { ...named, ...message(work), p_progress: Math.floor(random() * 101) })
);

/** Time passes for a few running jobs: their deadlines are long gone, and the reaper gives them up. */
const overdue: Operation = async (_, { session }) =>
  await session.rows(
    `update public.jobs set deadline_at = clock_timestamp() - interval '6 minutes' where id in (
       select id from public.jobs where status = 'processing' order by id limit 6 for update skip locked)`,
  );

/** A few rows of what waits, whose time is then long over; nobody waits for them. */
const OVER: Record<string, string> = {
  "jobs that have waited too long":
    `update public.jobs set expires_at = created_at, start_by = created_at where id in (
    select id from public.jobs where status in ('pending', 'processing') order by random() limit 2 for update skip locked)`,
  "tasks that have lived too long":
    `update public.job_attempts set submitted_first_at = submitted_first_at - interval '1 day'
    where token in (select token from public.job_attempts where outcome is null and submits > 0
      order by random() limit 2 for update skip locked)`,
  "results that could not be copied": `update public.job_attempts set word_at = word_at - interval '25 hours'
    where token in (select token from public.job_attempts where word = 'succeeded'
      order by finished_at desc nulls first limit 2 for update skip locked)`,
  "rows of the outbox that nobody hears of": `update private.cancels set ends_at = now() where token in (
    select token from private.cancels where over_at is null order by random() limit 3 for update skip locked)`,
  "rows of the outbox that are due": `update private.cancels set next_at = now() where token in (
    select token from private.cancels where over_at is null for update skip locked)`,
};
const timePasses: Operation = async (_, { session, random }) =>
  await session.rows(pick(Object.values(OVER), random) ?? "");

const changeCapacity: Operation = async (world, { session, random }) =>
  await setCapacity(session, pick(world.accountIds, random) ?? 0, Math.floor(random() * 5));

const pauseLane: Operation = async (world, { session, random }) =>
  await session.call("ops.pause_lane", {
    p_lane: pick(world.lanes, random)?.name ?? null,
    p_reason: "test",
    p_for: "50 ms",
  });
const resumeLane: Operation = async (world, { session, random }) =>
  await session.call("ops.resume_lane", { p_lane: pick(world.lanes, random)?.name ?? null });
const pauseAccount: Operation = async (world, { session, random }) =>
  await session.call("ops.pause_account", {
    p_account_id: pick(world.accountIds, random) ?? 0,
    p_reason: "test",
    p_for: "50 ms",
  });
const resumeAccount: Operation = async (world, { session, random }) =>
  await session.call("ops.resume_account", { p_account_id: pick(world.accountIds, random) ?? 0 });
const grant: Operation = async (world, { session, random }) => {
  try {
    await session.call("ops.grant_credits", { p_user_id: pick(world.userIds, random) ?? null, p_amount: 20 });
  } catch (error) {
    if (!isDatabaseError(error) || error.code !== "23503") throw error; // the user is gone
  }
};

/** An app saves a project of its user's; one in five of them renames all, which it locks in order. */
const saveProject: Operation = async (world, { session, random }) =>
  await session.rows(
    random() < 0.2
      ? `with all_of_them as materialized (
           select id from public.projects where user_id = (select user_id from public.projects where id = $1)
           order by id for update)
         update public.projects set name = 'name ' || version where id in (select id from all_of_them)`
      : `update public.projects set version = version, content = jsonb_set(content, '{edges}', to_jsonb(array[version]))
         where id = $1`,
    [someProject(world, random)],
  );

/** A user renames a model, or throws it away. */
const changeModel: Operation = async (_, { session, random }) => {
  const some = `(select id from public.ai_models order by "createdAt" desc limit 1 offset ${
    Math.floor(random() * 10)
  })`;
  await session.rows(
    random() < 0.8
      ? `update public.ai_models set name = 'name ' || version where id = ${some}`
      : `delete from public.ai_models where id = ${some}`,
  );
};

/** What an operator does to a few jobs of a user: of whose, others are doing something too. */
const ACTS: readonly Record<string, string | number>[] = [
  { action: "cancel" },
  { action: "retry" },
  { action: "redrive" },
  { action: "refund", status: "cancelled" },
  { action: "set_priority", priority: 1 },
  { action: "replay_webhook" },
  { action: "release" },
];
const act: Operation = async (world, { session, random }) => {
  const { action, ...filter } = pick(ACTS, random) ?? {};
  await session.call("ops.act", {
    p_action: action ?? null,
    p_filter: { ...filter, user_id: pick(world.userIds, random), limit: 5 },
    p_dry_run: false,
    p_reason: "test",
  });
};
const pauseUser: Operation = async (world, { session, random }) =>
  await session.call("ops.pause_user", {
    p_user_id: pick(world.userIds, random) ?? null,
    p_reason: "test",
    p_for: "50 ms",
  });
const resumeUser: Operation = async (world, { session, random }) =>
  await session.call("ops.resume_user", { p_user_id: pick(world.userIds, random) ?? null });

/** Each operation with its share of all of them. */
const OPERATIONS: Record<string, { share: number; run: Operation }> = {
  create_job: { share: 14, run: createJob },
  create_jobs: { share: 5, run: createJobs },
  receive: { share: 18, run: receive },
  receive_settlements: { share: 3, run: receiveSettlements },
  claim: { share: 8, run: claimJobs },
  heartbeat: { share: 4, run: onClaim(heartbeat) },
  expire: { share: 3, run: onClaim(expire) },
  checkpoint: { share: 10, run: checkpoint },
  produced: { share: 4, run: produced },
  output_refused: { share: 1, run: outputRefused },
  submit_unknown: { share: 1, run: giveUp("worker.submit_unknown", {}) },
  deadline_passed: { share: 2, run: giveUp("worker.deadline_passed", { p_message: null }) },
  none_found: {
    share: 1,
    run: onWork((session, named) => session.call("worker.none_found", named)),
  },
  outbox: { share: 12, run: workOnOutbox },
  weather: { share: 1, run: weather },
  remove_account: { share: 0.5, run: removeAccount },
  replace_user: { share: 0.6, run: replaceUser },
  retention: { share: 2, run: retention },
  submitted: { share: 9, run: submitted },
  submitted_many: { share: 4, run: reportMany("worker.submitted_many", { external_id: "task" }) },
  complete_many: { share: 4, run: reportMany("worker.complete_many", { output: { files: [] } }) },
  webhook: { share: 10, run: webhook },
  complete: { share: 9, run: complete },
  report_many: { share: 8, run: reportTogether },
  attempt_failed: { share: 8, run: attemptFailed },
  cancel_job: { share: 4, run: onJob((session, id) => session.call("public.cancel_job", { p_job_id: id })) },
  retry_job: { share: 2, run: onJob((session, id) => session.call("public.retry_job", { p_job_id: id })) },
  progress: { share: 4, run: progress },
  queue_position: {
    share: 2,
    run: onJob((session, id) => session.call("public.queue_position", { p_job_id: id })),
  },
  set_capacity: { share: 3, run: changeCapacity },
  pause_lane: { share: 0.5, run: pauseLane },
  resume_lane: { share: 1, run: resumeLane },
  pause_account: { share: 0.5, run: pauseAccount },
  resume_account: { share: 1, run: resumeAccount },
  act: { share: 3, run: act },
  work_runs: { share: 1, run: async (_, { session }) => await session.call("private.work_runs", {}) },
  pause_user: { share: 0.5, run: pauseUser },
  resume_user: { share: 1, run: resumeUser },
  overdue: { share: 2, run: overdue },
  time_passes: { share: 3, run: timePasses },
  tick: { share: 0.5, run: async (_, { session }) => await session.call("private.tick", {}) },
  reap: { share: 2, run: async (_, { session }) => await session.call("worker.reap", {}) },
  grant: { share: 3, run: grant },
  save_project: { share: 6, run: saveProject },
  change_model: { share: 2, run: changeModel },
  apply_pending_effects: {
    share: 1,
    run: async (_, { session }) => await session.call("private.apply_pending_effects", {}),
  },
};

/** Refusals that random callers earn; any other error is a defect. */
const EARNED = [
  "insufficient_credits",
  "too_many_waiting",
  "too_many_creates",
  "not_retryable",
  "stale_token",
  "idempotency_conflict",
  "too_many_refunds",
  "job_finishing",
  "not_found", // the user is gone
  "user_not_found",
];

/** Runs one operation drawn at random: `begins` is told which, `report` what went wrong with it. */
export async function actOnce(
  world: World,
  actor: Actor,
  report: (name: string, error: unknown) => void,
  begins: (name: string) => void,
): Promise<void> {
  const total = Object.values(OPERATIONS).reduce((sum, { share }) => sum + share, 0);
  let at = actor.random() * total;
  const [name, operation] = Object.entries(OPERATIONS).find(([, { share }]) => (at -= share) < 0) ?? [];
  if (!name || !operation) return;
  begins(name);
  try {
    await operation.run(world, actor);
  } catch (error) {
    if (isDatabaseError(error) && EARNED.includes(error.detail ?? "")) return;
    report(name, error);
  }
}
