import assert from "node:assert/strict";
import postgres from "postgres";
import { withPlatform } from "../testing.ts";

/** Runs `body` as `postgres`, on a platform with the extensions of a project that uses all of it. */
async function asPostgres(body: (sql: postgres.Sql, superuser: postgres.Sql) => Promise<void>) {
  await withPlatform(async (cluster) => {
    const options = { max: 1, onnotice: () => {} };
    const sql = postgres(cluster.url(), options);
    const superuser = postgres(cluster.url("supabase_admin"), options);
    try {
      await sql`create extension pg_net with schema extensions`;
      await sql`create extension pg_cron with schema pg_catalog`;
      await body(sql, superuser);
    } finally {
      await Promise.all([sql.end(), superuser.end()]);
    }
  });
}

/** Every table of the platform, quoted. */
async function platformTables(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql`
    select format('%I.%I', nspname, relname) as name, pg_get_userbyid(relowner) as owner
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where nspname in ('auth', 'storage', 'realtime', 'vault', 'cron', 'net') and relkind in ('r', 'p')
      and not relispartition`;
  assert.ok(rows.length >= 12, `${rows.length} tables`);
  for (const { name, owner } of rows) assert.match(owner, /^supabase_(\w+_)?admin$/, name);
  return rows.map(({ name }) => name);
}

/** What postgres may not do with a table of the platform, though it may read and mostly write it. */
const CHANGES = (table: string) => [
  `alter table ${table} add column mine integer`,
  `alter table ${table} add constraint mine check (true) not valid`,
  `alter table ${table} disable row level security`,
  `alter table ${table} disable trigger all`,
  `alter table ${table} owner to postgres`,
  `alter table ${table} set schema public`,
  `alter table ${table} rename to mine`,
  `comment on table ${table} is 'mine'`,
  `create index on ${table} ((1))`,
  `alter publication supabase_realtime add table ${table}`,
  `create rule mine as on insert to ${table} do instead nothing`,
  `drop table ${table} cascade`,
];

Deno.test("nobody but its owners changes the platform's tables", async () => {
  await asPostgres(async (sql) => {
    for (const table of await platformTables(sql)) {
      for (const change of CHANGES(table)) {
        await assert.rejects(() => sql.unsafe(change), { code: "42501" }, change);
      }
    }
  });
});

Deno.test("postgres is none of the platform's roles, makes nothing in its schemas and changes none of its functions", async () => {
  await asPostgres(async (sql) => {
    for (
      const statement of [
        ...["supabase_admin", "supabase_auth_admin", "supabase_storage_admin", "supabase_realtime_admin"].map(
          (
            role,
          ) => `set role ${role}`,
        ),
        ...["auth", "storage", "realtime", "vault", "cron", "net"].flatMap((schema) => [
          `create table ${schema}.mine ()`,
          `create function ${schema}.mine() returns integer language sql as 'select 1'`,
          `create type ${schema}.mine as enum ('one')`,
          `alter schema ${schema} rename to mine`,
        ]),
        "create or replace function auth.uid() returns uuid language sql as 'select gen_random_uuid()'",
        "alter function auth.uid() immutable",
        "alter function realtime.topic() owner to postgres",
        "drop function realtime.send(jsonb, text, text, boolean) cascade",
        "alter event trigger guard_platform disable",
        "drop event trigger guard_platform",
      ]
    ) await assert.rejects(() => sql.unsafe(statement), { code: "42501" }, statement);
  });
});

Deno.test("postgres puts policies and triggers on the platform's tables, and takes them away", async () => {
  await asPostgres(async (sql) => {
    await sql`create function public.pass() returns trigger language plpgsql as 'begin return new; end'`;
    for (const table of ["auth.users", "storage.objects", "storage.buckets", "realtime.messages"]) {
      for (
        const statement of [
          `create policy "mine" on ${table} for select to authenticated using (true)`,
          `alter policy "mine" on ${table} using (false)`,
          `comment on policy "mine" on ${table} is 'mine'`,
          `drop policy "mine" on ${table}`,
          `create trigger mine before insert on ${table} for each row execute function public.pass()`,
          `drop trigger mine on ${table}`,
        ]
      ) await sql.unsafe(statement);
    }
  });
});

Deno.test("what is one's own is changed as ever, extensions included", async () => {
  await asPostgres(async (sql) => {
    await sql`create table public.things (user_id uuid references auth.users (id) on delete cascade)`;
    await sql`create view public.people as select id from auth.users`;
    await sql`alter table public.things add column name text`;
    await sql`create temporary table auth (id integer)`;
    await sql`drop table auth, public.things`;
    await sql`drop view public.people`;
    await sql`drop extension pg_cron`;
    await sql`drop extension pg_net`;
    assert.equal((await sql`select from pg_namespace where nspname in ('cron', 'net')`).count, 0);
  });
});

Deno.test("nobody deletes rows of objects or buckets by SQL but who says that they may", async () => {
  await asPostgres(async (sql, superuser) => {
    await sql`insert into storage.buckets (id, name) values ('files', 'files')`;
    await sql`insert into storage.objects (bucket_id, name) values ('files', 'a.txt')`;
    for (const table of ["storage.objects", "storage.buckets"]) {
      for (const session of [sql, superuser]) {
        await assert.rejects(() => session.unsafe(`delete from ${table} where true`), {
          code: "42501",
          message: /^Direct deletion from storage tables is not allowed/,
        });
      }
      await sql.begin(async (tx) => {
        await tx`set local storage.allow_delete_query = 'true'`;
        assert.equal((await tx.unsafe(`delete from ${table} where true`)).count, 1);
      });
    }
  });
});

Deno.test("create extension pgmq leaves search_path empty until the transaction ends, also when it is there already", async () => {
  await asPostgres(async (sql) => {
    const path = async (...statements: string[]) =>
      await sql.begin(async (tx) => {
        for (const statement of statements) await tx.unsafe(statement);
        return (await tx`show search_path`)[0]?.search_path;
      });
    const usual = '"$user", public, extensions';
    assert.equal(await path("create extension if not exists citext with schema extensions"), usual);
    assert.equal(await path("create extension pgmq"), '""');
    assert.equal(await path("create extension if not exists pgmq"), '""');
    assert.equal(await path("savepoint s", "create extension if not exists pgmq", "rollback to s"), usual);
    assert.equal(await path("select 1"), usual);
  });
});
