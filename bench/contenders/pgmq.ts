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
