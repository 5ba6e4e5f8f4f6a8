import assert from "node:assert/strict";
import { eventually } from "../testing.ts";
import { makeTokens } from "../tokens.ts";
import { freePort } from "../ports.ts";
import { startRest } from "./service.ts";
import { withRest } from "./rest_fixture.ts";

const SCHEMA = `
  create table public.counters (id int primary key, n int not null);
  insert into public.counters values (1, 0);
  grant select, update on public.counters to anon;
  create function public.increment() returns int language sql volatile security definer
    as 'update public.counters set n = n + 1 where id = 1 returning n';
  create function public.wait_for_lock() returns void language sql volatile set statement_timeout = '0'
    as 'select pg_advisory_xact_lock(1)';
  create function public.who_naps() returns table (who text) language plpgsql as
    $$ begin perform pg_sleep(0.002); who := current_user; return next; end $$;
`;

Deno.test("the service bears load and lost connections", async (t) => {
  await withRest(SCHEMA, async ({ request, anon, sql }) => {
    await t.step("requests run side by side, each in a transaction of its own", async () => {
      const results = await Promise.all(Array.from({ length: 60 }, () => anon.rpc("increment")));
      assert.deepEqual(
        results.map(({ data }) => data as number).toSorted((a, b) => a - b),
        Array.from({ length: 60 }, (_, n) => n + 1),
      );
      assert.equal((await sql`select n from public.counters`)[0]?.n, 60);
      const [{ connections } = { connections: 0 }] = await sql`select count(*)::int as connections
      from pg_stat_activity where usename = 'authenticator'`;
      assert.ok(connections <= 11, `${connections} connections`);
    });

    await t.step("a connection that breaks is a 503, and the next request has another", async () => {
      await sql.begin(async (holder) => {
        await holder`select pg_advisory_xact_lock(1)`;
        const waiting = request("/rpc/wait_for_lock", { method: "POST", body: "{}" });
        const pid = await eventually(async () => {
          const [row] = await sql`select pid from pg_stat_activity
          where usename = 'authenticator' and wait_event = 'advisory'`;
          return row?.pid as number | undefined;
        }, { what: "the call to wait for the lock" });
        await sql`select pg_terminate_backend(${pid})`;
        const response = await waiting;
        assert.equal(response.status, 503);
        assert.match((await response.json()).code, /^(57P01|PGRST000)$/);
      });
      assert.equal((await anon.rpc("increment")).data, 61);
    });

    await t.step(
      "while connections are being killed, every request is answered, and none outside its transaction",
      async () => {
        const statuses = new Map<number, number>();
        const ask = async (name: string) => {
          const response = await request(`/rpc/who_naps?select=${name}:who`, {
            method: "POST",
            body: "{}",
          });
          const body = await response.json();
          if (response.ok) assert.deepEqual(body, [{ [name]: "anon" }]);
          else assert.match(body.code, /^(57P01|PGRST000)$/);
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        };
        let asking = true;
        const kill = async () => {
          while (asking) {
            await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where usename = 'authenticator' order by random() limit 1`;
          }
        };
        const killing = kill();
        try {
          // Always new select lists, so that statements are being prepared all the time.
          await Promise.all(Array.from({ length: 20 }, async (_, worker) => {
            for (let n = 0; n < 15; n++) await ask(`c${worker}_${n}`);
          }));
        } finally {
          asking = false;
          await killing;
        }
        assert.deepEqual([...statuses.keys()].toSorted(), [200, 503], "some were cut off, and some were not");
        statuses.clear();
        await Promise.all(Array.from({ length: 20 }, (_, n) =>
          eventually(async () => {
            await ask(`after_${n}`);
            return statuses.get(200) ? true : undefined;
          })));
      },
    );
  });
});

Deno.test("requests share so many connections; who waits too long for one is answered 504, and those after it are served", async () => {
  const schema =
    "create function public.nap(seconds float8) returns int language sql as 'select 1 from pg_sleep(seconds)';";
  await withRest(schema, async ({ anon, sql }) => {
    const nap = async (seconds: number) => {
      const { status, error } = await anon.rpc("nap", { seconds });
      return [status, error?.code];
    };
    const long = [nap(1), nap(1)];
    await eventually(async () => {
      const [found] = await sql`
        select count(*)::int as count from pg_stat_activity where application_name = 'postgrest' and query like '%nap%'`;
      return found?.["count"] === 2 ? true : undefined;
    });
    assert.deepEqual(await Promise.all([nap(0), nap(0), nap(0)]), Array(3).fill([504, "PGRST003"]));
    const waiting = nap(0);
    assert.deepEqual(await Promise.all(long), [[200, undefined], [200, undefined]]);
    await waiting;
    assert.deepEqual(await nap(0), [200, undefined]);
  }, { pool: { most: 2, patienceMs: 200 } });
});

Deno.test("the service does not start without its database", async () => {
  const databaseUrl = `postgresql://authenticator:postgres@127.0.0.1:${freePort()}/postgres`;
  await assert.rejects(
    async () =>
      await startRest({
        databaseUrl,
        tokens: await makeTokens(),
        schemas: ["public"],
        extraSearchPath: [],
        maxRows: 10,
      }),
    { code: "ECONNREFUSED" },
  );
});
