/** What the measure `growth` calls, one after the other, in databases with few and with very many finished jobs. */
import {
  actAs,
  complete,
  createJob,
  diagnose,
  dispatch,
  freeAndDispatch,
  type Leased,
  queuePosition,
  receive,
  someRunningJob,
  submitted,
  webhook,
} from "../contenders/esteira.ts";
import { addWaiting } from "../server/backlog.ts";
import type { Sql } from "../server/connection.ts";
import { OWNERS } from "../server/finished.ts";
import { SYNC_LANE, WEBHOOK_LANE } from "../server/fixtures.ts";

/** Something whose cost is not to grow. */
export interface Call {
  /** A row of the table. */
  name: string;
  /** Calls it once; `measured` is given what is to be measured, and runs it. */
  once(sql: Sql, measured: (work: () => Promise<unknown>) => Promise<unknown>): Promise<void>;
}

/** What is made ready before a call, and put back after it, is not measured. */
interface Steps<Ready, Answer> {
  before?(sql: Sql): Promise<Ready>;
  call(sql: Sql, ready: Ready): Promise<Answer>;
  after?(sql: Sql, answer: Answer): Promise<unknown>;
}

function calling<Ready, Answer>(name: string, { before, call, after }: Steps<Ready, Answer>): Call {
  return {
    name,
    async once(sql, measured) {
      const ready = await before?.(sql) as Ready;
      let answer: Answer | undefined;
      await measured(async () => answer = await call(sql, ready));
      await after?.(sql, answer as Answer);
    },
  };
}

const user = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const OWNER_OF_MANY = user(0);
let drawn = 0;
/** The next of all users but the first: each is asked for once in a while. */
const anybody = () => user(1 + (drawn++ * 7919) % (OWNERS - 1));

const create = async (sql: Sql, owner: string): Promise<Leased> => {
  await createJob(sql, owner, WEBHOOK_LANE);
  return await leased(sql);
};
const leased = async (sql: Sql): Promise<Leased> => {
  const message = await receive(sql, WEBHOOK_LANE);
  if (!message) throw new Error("no job was given a slot");
  return message;
};
/** Takes a leased job to its end. */
const end = async (sql: Sql, message: Leased): Promise<void> => {
  await submitted(sql, message, message.item.job.id);
  await complete(sql, await webhook(sql, message, message.item.job.id));
};
const told = async (sql: Sql): Promise<Leased> => {
  const message = await create(sql, anybody());
  await submitted(sql, message, message.item.job.id);
  return message;
};

/** A function that a schedule calls, by itself. */
const part = (name: string, call: string) => calling(name, { call: (sql) => sql.unsafe(`select ${call}`) });

interface Job {
  id: string;
  user_id: string;
}

/** A job that stands somewhere, and its owner. */
const someJob = (where: string) => async (sql: Sql): Promise<Job> => {
  const [job] = await sql.unsafe<Job[]>(
    `select id, user_id from public.jobs where ${where} order by ticket desc, id limit 1`,
  );
  if (!job) throw new Error(`no job is ${where}`);
  return job;
};
const diagnosing = (what: string, where: string) =>
  calling(`ops.diagnose, a job that ${what}`, {
    before: someJob(where),
    call: (sql, { id }) => diagnose(sql, id),
  });
const creating = (name: string, owner: () => string) =>
  calling(name, {
    call: (sql) => createJob(sql, owner(), WEBHOOK_LANE),
    after: async (sql) => await end(sql, await leased(sql)),
  });

/** The steps of a job's life. */
const LIFE: Call[] = [
  creating("create", anybody),
  creating("create, the owner of one job in five", () => OWNER_OF_MANY),
  calling("receive", {
    before: (sql) => createJob(sql, anybody(), WEBHOOK_LANE),
    call: leased,
    after: end,
  }),
  calling("submitted", {
    before: (sql) => create(sql, anybody()),
    call: async (sql, message) => {
      await submitted(sql, message, message.item.job.id);
      return message;
    },
    after: async (sql, message) => await complete(sql, await webhook(sql, message, message.item.job.id)),
  }),
  calling("webhook", {
    before: told,
    call: (sql, message) => webhook(sql, message, message.item.job.id),
    after: complete,
  }),
  calling("complete", {
    before: async (sql) => {
      const message = await told(sql);
      return await webhook(sql, message, message.item.job.id);
    },
    call: complete,
  }),
];

/** The newest fifty of the owner of one job in five, by the Data API's role and policies. */
const LIST = calling("list: the newest 50 of the owner of one job in five", {
  before: (sql) => actAs(sql, OWNER_OF_MANY),
  call: (sql) =>
    sql.begin(async (tx) => {
      await tx`set local role authenticated`;
      const rows = await tx`select * from public.jobs order by created_at desc, id desc limit 50`;
      if (rows.count !== 50) throw new Error(`${rows.count} jobs were listed`);
    }),
  after: (sql) => sql`select set_config('request.jwt.claims', '', false)`,
});

/** The place of a job that waits, as its owner asks. */
const POSITION = calling("queue_position", {
  before: async (sql) => {
    const job = await someJob(`lane = '${SYNC_LANE}' and status = 'pending'`)(sql);
    await actAs(sql, job.user_id);
    return job;
  },
  call: (sql, { id }) => queuePosition(sql, id),
  after: (sql) => sql`select set_config('request.jwt.claims', '', false)`,
});

/** Everything that is measured, in the order of the table. */
export const CALLS: Call[] = [
  ...LIFE,
  calling("dispatch, a slot freed", {
    before: (sql) => someRunningJob(sql, SYNC_LANE),
    call: async (sql, job) => {
      await freeAndDispatch(sql, job, SYNC_LANE);
      return job;
    },
    // As many run and wait as before.
    after: async (sql, job) => {
      await sql`delete from public.jobs where id = ${job}`;
      await sql`select pgmq.purge_queue(queue_name) from private.lanes where lane = ${SYNC_LANE}`;
      await addWaiting(sql, 1, SYNC_LANE);
    },
  }),
  calling("dispatch, every slot taken", { call: (sql) => dispatch(sql, SYNC_LANE) }),
  POSITION,
  LIST,
  diagnosing("waits", `lane = '${SYNC_LANE}' and status = 'pending'`),
  diagnosing("runs", `lane = '${SYNC_LANE}' and status = 'processing'`),
  diagnosing("has completed", `status = 'completed' and user_id = '${OWNER_OF_MANY}'`),
  part("tick", "private.tick()"),
  part("reap", "worker.reap()"),
  part("alerts", "private.alerts_tick()"),
  part("verdicts of 20 jobs that run and 20 that wait", "private.note_verdicts(20)"),
  part("retention", "private.run('esteira-retention')"),
  part("clean-up", "private.clean_up()"),
  part("drift", "private.count_drift()"),
];
