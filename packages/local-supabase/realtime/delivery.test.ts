import assert from "node:assert/strict";
import { crash } from "../background/background_fixture.ts";
import { eventually } from "../testing.ts";
import { ALICE, BOB, collect, type Realtime, subscribed, withRealtime } from "./realtime_fixture.ts";

/** A subscribed private channel of a user who reads every open topic, and what it hears. */
async function listen(
  { client, userToken }: Realtime,
  topic: string,
  broadcast: Record<string, unknown> = {},
) {
  const channel = (await client(await userToken(ALICE))).channel(topic, {
    config: { private: true, broadcast },
  });
  const heard = collect(channel);
  assert.deepEqual(await subscribed(channel), { status: "SUBSCRIBED" });
  return { channel, heard };
}

Deno.test("messages from the database", async (t) => {
  await withRealtime(async (realtime) => {
    const { sql, client, userToken } = realtime;

    await t.step("carry the id of their row, in the payload and beside it", async () => {
      const { heard } = await listen(realtime, "open:id");
      await sql`select realtime.send('{"n": 1}', 'created', 'open:id')`;
      await eventually(() => heard.length || undefined);
      const [row] = await sql`select id from realtime.messages`;
      const expected = {
        type: "broadcast",
        event: "created",
        payload: { n: 1, id: row?.id },
        meta: { id: row?.id },
      };
      assert.deepEqual(heard, [expected]);
    });

    await t.step("come for a committed transaction and not for one rolled back", async () => {
      const { heard } = await listen(realtime, "open:rollback");
      await sql.begin(async (tx) => {
        await tx`select realtime.send('{}', 'rolled back', 'open:rollback')`;
        throw new Error("roll back");
      }).catch(() => {});
      await sql`select realtime.send('{}', 'committed', 'open:rollback')`;
      await eventually(() => heard.length || undefined);
      assert.deepEqual(heard.map((one) => one.event), ["committed"]);
    });

    await t.step("come in the order of the commits", async () => {
      const { heard } = await listen(realtime, "open:order");
      await sql.begin(async (early) => {
        await early`select realtime.send('{}', 'inserted first', 'open:order')`;
        await sql`select realtime.send('{}', 'committed first', 'open:order')`;
      });
      await eventually(() => heard.length === 2 || undefined);
      assert.deepEqual(heard.map((one) => one.event), ["committed first", "inserted first"]);
    });

    await t.step("come all and in order, two thousand of them", async () => {
      const { heard } = await listen(realtime, "open:many");
      for (const first of [1, 501, 1001, 1501]) {
        await sql`
          select realtime.send(jsonb_build_object('n', n), 'count', 'open:many')
          from generate_series(${first}::integer, ${first + 499}::integer) as n`;
      }
      await eventually(() => heard.length >= 2000 || undefined);
      assert.deepEqual(
        heard.map((one) => one.payload.n),
        Array.from({ length: 2000 }, (_, index) => index + 1),
      );
    });

    await t.step("come to each of two users on their own topic only", async () => {
      const channels = await Promise.all([ALICE, BOB].map(async (user) => {
        const channel = (await client(await userToken(user))).channel(`user:${user}`, {
          config: { private: true },
        });
        const heard = collect(channel);
        await subscribed(channel);
        return heard;
      }));
      await sql`
        select realtime.send(jsonb_build_object('for', u), 'note', 'user:' || u) from unnest(${[
        ALICE,
        BOB,
      ]}::uuid[]) as u`;
      await eventually(() => channels.every((heard) => heard.length > 0) || undefined);
      assert.deepEqual(channels.map((heard) => heard.map((one) => one.payload.for)), [[ALICE], [BOB]]);
    });

    await t.step("come from a trigger with broadcast_changes", async () => {
      await sql.unsafe(`
        create table public.things (id integer primary key, name text);
        create function public.broadcast_things() returns trigger language plpgsql security definer set search_path = ''
        as $$
        begin
          perform realtime.broadcast_changes('open:things', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
          return null;
        end $$;
        create trigger broadcast_things after insert or update or delete on public.things
        for each row execute function public.broadcast_things();`).simple();
      const { heard } = await listen(realtime, "open:things");
      await sql`insert into public.things values (1, 'one')`;
      await sql`update public.things set name = 'uno'`;
      await sql`delete from public.things`;
      await eventually(() => heard.length === 3 || undefined);
      const one = { id: 1, name: "one" };
      const uno = { id: 1, name: "uno" };
      const common = { table: "things", schema: "public" };
      assert.deepEqual(heard.map(({ payload: { id: _, ...payload } }) => payload), [
        { ...common, operation: "INSERT", record: one, old_record: null },
        { ...common, operation: "UPDATE", record: uno, old_record: one },
        { ...common, operation: "DELETE", record: null, old_record: uno },
      ]);
    });

    await t.step("can be bytes, and without payload are not delivered", async () => {
      const { heard } = await listen(realtime, "open:bytes");
      await sql`
        insert into realtime.messages (topic, extension, event, private, payload, binary_payload)
        values ('open:bytes', 'broadcast', 'nothing', true, null, null),
               ('open:bytes', 'presence', 'no broadcast', true, '{}', null),
               ('open:bytes', 'broadcast', 'bytes', true, null, '\\x0102')`;
      await eventually(() => heard.length || undefined);
      assert.deepEqual(heard.map((one) => one.event), ["bytes"]);
      assert.deepEqual(new Uint8Array(heard[0]?.payload as unknown as ArrayBuffer), new Uint8Array([1, 2]));
    });

    await t.step(
      "are replayed to a late subscriber: the latest, oldest first, and marked",
      async () => {
        const since = Date.now() - 60_000;
        for (let n = 1; n <= 30; n++) {
          await sql`select realtime.send(${sql.json({ n })}, 'old', 'open:replay')`;
        }
        const { heard } = await listen(realtime, "open:replay", { replay: { since, limit: 100 } });
        await sql`select realtime.send('{"n": 31}', 'new', 'open:replay')`;
        await eventually(() => heard.length >= 26 || undefined);
        assert.deepEqual(
          heard.map((one) => one.payload.n),
          Array.from({ length: 26 }, (_, index) => index + 6),
        );
        assert.deepEqual(heard.map((one) => one.meta?.replayed), [...Array(25).fill(true), undefined]);
        assert(heard.every((one) => one.meta?.id === one.payload.id));
      },
    );

    await t.step("are replayed from the given moment on, ten unless more are asked for", async () => {
      assert.equal(
        (await listen(realtime, "open:replay", { replay: { since: Date.now() + 60_000 } })).heard.length,
        0,
      );
      const { heard } = await listen(realtime, "open:replay", { replay: { since: 0 } });
      await eventually(() => heard.length >= 10 || undefined);
      assert.deepEqual(heard.map((one) => one.payload.n), [22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);
    });

    await t.step("flow when the server says so to a client that asked", async () => {
      const channel = (await client()).channel("lobby", {
        config: { broadcast: { replication_ready: true } },
      });
      const notices: unknown[] = [];
      channel.on("system", {}, (notice) => notices.push(notice));
      await subscribed(channel);
      await eventually(() => notices.length || undefined);
      assert.deepEqual(notices, [
        {
          extension: "system",
          status: "ok",
          message: "Replication connection established",
          channel: "lobby",
        },
      ]);
    });

    await t.step("flow again after a crash of the database", async () => {
      const { heard } = await listen(realtime, "open:crash");
      await crash(realtime.cluster);
      await eventually(async () => {
        await sql`select realtime.send('{}', 'alive', 'open:crash')`.catch(() => {});
        return heard.length || undefined;
      });
    });
  });
});
