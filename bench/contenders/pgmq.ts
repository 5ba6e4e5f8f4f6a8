/** pgmq alone (https://github.com/pgmq/pgmq), the queue that Esteira carries its messages in; and the cost of a commit. */
import { asSuperuser, connect, type Sql } from "../server/connection.ts";
import type { Contender } from "./contender.ts";
import { INPUT } from "./esteira.ts";
import type { Server } from "../server/server.ts";
import { callOneByOne, liveSideBySide } from "../harness/timing.ts";

/** One `send` after the other, or one `send_batch` of `batch` messages, on one connection. */
export async function openPgmq(server: Server, batch = 1): Promise<Contender> {
  const sql = await pgmqDatabase(server, batch === 1 ? "pgmq_one" : "pgmq_many", 1);
  const one = () => sql`select pgmq.send('bench', ${sql.json(INPUT)})`;
  const many = () =>
    sql`
    select count(*) from pgmq.send_batch('bench', array(
      select ${sql.json(INPUT)}::jsonb from generate_series(1, ${batch}::integer)))`;
  return {
    round: (seconds) => callOneByOne(seconds, batch === 1 ? one : many, { each: batch }),
    close: () => sql.end(),
  };
}

/** Sends, reads and deletes one message after the other on each of `connections` connections. */
export async function openPgmqLife(server: Server, connections: number): Promise<Contender> {
  const sql = await pgmqDatabase(server, `pgmq_life_${connections}`, connections);
  return {
    round: (seconds) =>
      liveSideBySide(connections, seconds, async () => {
        await sql`select pgmq.send('bench', ${sql.json(INPUT)})`;
        const [message] = await sql<{ msg_id: string }[]>`select msg_id from pgmq.read('bench', 60, 1)`;
        if (message) await sql`select pgmq.delete('bench', ${message.msg_id}::bigint)`;
      }),
    close: () => sql.end(),
  };
}

/** Sends, reads and deletes `batch` messages at a time on each of `connections` connections; p50 and p99 are of a batch. */
export async function openPgmqBatches(
  server: Server,
  connections: number,
  batch: number,
): Promise<Contender> {
  const sql = await pgmqDatabase(server, `pgmq_batches_${connections}`, connections);
  return {
    async round(seconds) {
      let [done, lives] = [0, 0];
      const { "jobs/s": rate = 0, ...times } = await liveSideBySide(connections, seconds, async (counts) => {
        await sql`
          select count(*) from pgmq.send_batch('bench', array(
            select ${sql.json(INPUT)}::jsonb from generate_series(1, ${batch}::integer)))`;
        const messages = await sql<{ msg_id: string }[]>`
          select msg_id from pgmq.read('bench', 60, ${batch}::integer)`;
        await sql`select count(*) from pgmq.delete('bench', ${
          messages.map(({ msg_id }) => msg_id)
        }::bigint[])`;
        if (counts) [done, lives] = [done + messages.length, lives + 1];
      });
      return { "jobs/s": rate * done / Math.max(lives, 1), ...times };
    },
    close: () => sql.end(),
  };
}

/** One row into one table, committed: the least that anything durable costs here. */
export async function openOneRow(server: Server): Promise<Contender> {
  const sql = connect(await server.database("one_row", "empty"), 1);
  await sql`create table if not exists one_row (id bigint generated always as identity primary key, data jsonb)`;
  return {
    round: (seconds) =>
      callOneByOne(seconds, () => sql`insert into one_row (data) values (${sql.json(INPUT)})`),
    close: () => sql.end(),
  };
}

async function pgmqDatabase(server: Server, name: string, connections: number): Promise<Sql> {
  const url = await server.database(name, "empty");
  const superuser = connect(asSuperuser(url), 1);
  await superuser`create extension if not exists pgmq`;
  await superuser`select pgmq.create('bench')`;
  await superuser.end();
  // As the superuser: an extension's tables belong to whoever made it, and pgmq checks no rights of its own.
  return connect(asSuperuser(url), connections);
}
