/** The whole life of a job whose result comes by webhook: creating and taking it is one transaction, of five. */
import { connect, type Sql } from "../server/connection.ts";
import type { Contender, Figures, Measure } from "../contenders/contender.ts";
import { complete, createLeased, type Leased, receive, submitted, webhook } from "../contenders/esteira.ts";
import { userId, WEBHOOK_LANE } from "../server/fixtures.ts";
import type { Server } from "../server/server.ts";
import { percentile } from "../harness/stats.ts";
import { liveSideBySide } from "../harness/timing.ts";

/** Name that the targets look up. */
export const LIFE = (connections: number) =>
  `Esteira, ${connections} connection${connections === 1 ? "" : "s"}`;

/** Creating, submitting (two), taking in the webhook and completing a job; p50 and p99 are of a whole life. */
export const life: Measure = {
  name: "life",
  title: "Whole life of a job: create_job with its lease, checkpoint and submitted, webhook, complete",
  sides: [1, 8].map((connections) => ({
    name: LIFE(connections),
    open: (server) => openLife(server, connections),
  })),
};

/** One life after the other on each of `connections` connections. */
export async function openLife(server: Server, connections: number): Promise<Contender> {
  const sql = connect(await server.database(`esteira_life_${connections}`, "esteira"), connections);
  let created = 0;
  return {
    async round(seconds): Promise<Figures> {
      const stages: Record<string, number[]> = {};
      const figures = await liveSideBySide(
        connections,
        seconds,
        (counts) =>
          liveOnce(sql, userId(created++), async (name, work) => {
            const start = performance.now();
            const result = await work();
            if (counts) (stages[name] ??= []).push(performance.now() - start);
            return result;
          }),
      );
      const p50s = Object.entries(stages).map(([name, times]) => [`${name} p50 ms`, percentile(times, 0.5)]);
      return { ...figures, ...Object.fromEntries(p50s) };
    },
    close: () => sql.end(),
  };
}

/** Creates a job and takes it to its end; if it has to wait, the next of its lane. */
export async function liveOnce(
  sql: Sql,
  user: string,
  stage: <T>(
    name: "create" | "receive" | "submitted" | "webhook" | "complete",
    work: () => Promise<T>,
  ) => Promise<T>,
): Promise<void> {
  const message = await stage("create", () => createLeased(sql, user, WEBHOOK_LANE)) ??
    await stage("receive", () => receiveNext(sql, WEBHOOK_LANE));
  const externalId = crypto.randomUUID();
  await stage("submitted", () => submitted(sql, message, externalId));
  const settle = await stage("webhook", () => webhook(sql, message, externalId));
  await stage("complete", () => complete(sql, settle));
}

/**
 * The next message of a lane. Every worker creates before it receives, so that there is one; but one that another
 * worker is just giving a slot to may not be visible yet.
 * @throws Error when none came in a hundred calls.
 */
export async function receiveNext(sql: Sql, lane: string): Promise<Leased> {
  for (let tries = 0; tries < 100; tries++) {
    const message = await receive(sql, lane);
    if (message) return message;
  }
  throw new Error(`lane ${lane} has waiting jobs, but none was received`);
}
