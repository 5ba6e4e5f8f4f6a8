/** graphile-worker 0.18 (https://github.com/graphile/worker): enqueued by its SQL function, drained by its own runner. */
import { connect } from "../server/connection.ts";
import type { Contender } from "./contender.ts";
import { INPUT } from "./esteira.ts";
import type { Server } from "../server/server.ts";
import { callOneByOne, runLoops } from "../harness/timing.ts";
import { loadPeer } from "./install.ts";

interface Library {
  Logger: new (factory: () => () => void) => object;
  makeWorkerUtils(options: object): Promise<{ migrate(): Promise<void>; release(): Promise<void> }>;
  run(options: object): Promise<{ stop(): Promise<void> }>;
}

/** One `add_job` after the other, or one `add_jobs` of `batch` jobs, on one connection. */
export async function openGraphile(server: Server, batch = 1): Promise<Contender> {
  const sql = connect(await graphileDatabase(server, batch === 1 ? "graphile_one" : "graphile_many"), 1);
  const one = () => sql`select id from graphile_worker.add_job('noop', ${sql.json(INPUT)}::json)`;
  const input = sql.json(INPUT);
  const many = () =>
    sql`
    select count(*) from graphile_worker.add_jobs(array(
      select row('noop', ${input}::json, null, null, null, null, null, null)::graphile_worker.job_spec
      from generate_series(1, ${batch}::integer)))`;
  return {
    round: (seconds) => callOneByOne(seconds, batch === 1 ? one : many, { each: batch }),
    close: () => sql.end(),
  };
}

/**
 * Enqueues one by one on `connections` connections for half of the time, then drains with as many concurrent jobs and
 * default settings. The runner holds one connection more, to listen on. Its start is not counted.
 */
export async function openGraphileLife(server: Server, connections: number): Promise<Contender> {
  const url = await graphileDatabase(server, `graphile_life_${connections}`);
  const sql = connect(url, connections);
  const { Logger, run } = await loadPeer<Library>("graphile-worker");
  const logger = new Logger(() => () => {});
  return {
    async round(seconds) {
      let jobs = 0;
      const enqueuing = await runLoops(connections, seconds / 2, async () => {
        await sql`select id from graphile_worker.add_job('noop', ${sql.json(INPUT)}::json)`;
        jobs++;
      });
      const finished = Promise.withResolvers<void>();
      let done = 0, startedAt = 0;
      const noop = () => {
        if (done++ === 0) startedAt = performance.now();
        if (done === jobs) finished.resolve();
      };
      const runner = await run({
        connectionString: url,
        noHandleSignals: true,
        logger,
        taskList: { noop },
        preset: { worker: { concurrentJobs: connections, maxPoolSize: connections + 1 } },
      });
      await finished.promise;
      const draining = (performance.now() - startedAt) / 1000;
      await runner.stop();
      return {
        "jobs/s": jobs / (enqueuing + draining),
        "enqueued/s": jobs / enqueuing,
        "drained/s": jobs / draining,
      };
    },
    close: () => sql.end(),
  };
}

async function graphileDatabase(server: Server, name: string): Promise<string> {
  const url = await server.database(name, "empty");
  await migrateGraphile(url);
  return url;
}

/** Makes graphile-worker's schema in a database. */
export async function migrateGraphile(connectionString: string): Promise<void> {
  const { Logger, makeWorkerUtils } = await loadPeer<Library>("graphile-worker");
  const utils = await makeWorkerUtils({
    connectionString,
    logger: new Logger(() => () => {}),
  });
  await utils.migrate();
  await utils.release();
}
