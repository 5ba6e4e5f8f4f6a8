/**
 * pg_net's worker: takes committed requests off `net.http_request_queue`, performs them, and stores the responses.
 * As in the original, a batch is at most 200 requests in order of id, performed at once; its requests leave the queue
 * and all its responses appear together, when the slowest is done. So a batch that is cut off by a crash is sent
 * again. Source: github.com/supabase/pg_net, src/worker.c.
 */
import postgres from "postgres";
import { openDatabase, RETRY_AFTER } from "../reconnecting_database.ts";
import { Wakeup } from "../wakeup.ts";
import { type NetRequest, type NetResponse, performRequest } from "./net_request.ts";

/** What the worker needs. */
export interface NetOptions {
  /** As a superuser. */
  databaseUrl: string;
  /** Pause between two batches in milliseconds; tests give less than the original's second. */
  betweenBatches?: number;
}

/** `pg_net.batch_size` and `pg_net.ttl`. */
const BATCH_SIZE = 200;
const TIME_TO_LIVE = "6 hours";

/** Starts the worker; resolves when it listens. */
export async function startNet(
  { databaseUrl, betweenBatches = 1000 }: NetOptions,
): Promise<{ close(): Promise<void> }> {
  const wakeup = new Wakeup();
  const stop = new AbortController();
  const closing = new Wakeup();
  const wake = () => wakeup.wake();
  const database = await openDatabase({
    databaseUrl,
    name: "pg_net worker", // net.check_worker_is_up looks for it
    max: 1,
    channel: "pg_net_wake",
    onNotify: wake,
    onListening: wake, // notifications may have been missed
  });

  const loop = async () => {
    while (!stop.signal.aborted) {
      const done = await performBatch(database.sql, stop.signal).catch(report);
      if (stop.signal.aborted) break;
      if (done === 0) await wakeup.sleep();
      else await closing.sleep(done === undefined ? RETRY_AFTER : betweenBatches);
    }
  };
  const looping = loop();

  return {
    async close() {
      stop.abort();
      wakeup.wake();
      closing.wake();
      await looping;
      await database.close();
    },
  };
}

/** A lost connection comes back; an error of the database would repeat itself, so somebody should see it. */
function report(error: unknown): undefined {
  const lost = !(error instanceof postgres.PostgresError) || error.code.startsWith("57P");
  if (!lost) console.error(`pg_net worker: ${error.message}`);
}

/** Performs the oldest requests; returns how many. Rejects, with nothing taken, when `signal` aborts. */
async function performBatch(sql: postgres.Sql, signal: AbortSignal): Promise<number> {
  const [row] = await sql`select to_regclass('net.http_request_queue') is not null as present`;
  if (!row?.present) return 0;
  await sql`
    delete from net._http_response where ctid in (
      select ctid from net._http_response where created < now() - ${TIME_TO_LIVE}::interval
      order by created limit ${BATCH_SIZE})`;
  const requests = await sql<NetRequest[]>`
    select id, method, url, headers, body, timeout_milliseconds from net.http_request_queue
    order by id limit ${BATCH_SIZE}`;
  if (requests.length === 0) return 0;
  const responses = await Promise.all(requests.map((request) => performRequest(request, signal)));
  await store(sql, responses);
  return requests.length;
}

/** Puts the responses in the place of their requests, in one statement. */
async function store(sql: postgres.Sql, responses: NetResponse[]): Promise<void> {
  await sql`
    with answered as (
      delete from net.http_request_queue where id = any (${
    responses.map((response) => response.id)
  }::bigint[])
    )
    insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
    select id, status_code, content_type, headers, content, timed_out, error_msg
    from jsonb_populate_recordset(null::net._http_response, ${
    sql.json(responses as unknown as postgres.JSONValue)
  })`;
}
