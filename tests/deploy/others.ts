/** What a project may have beside Esteira: tables, policies, schedules, secrets, settings, functions of somebody else's. */
import type { Remote } from "./remote.ts";

/** Makes some of each. */
export async function makeOthers({ sql, api: { hosted } }: Remote): Promise<void> {
  await sql.unsafe(`
    create schema shop;
    create table shop.orders (id integer primary key, note text not null);
    insert into shop.orders values (1, 'one'), (2, 'two');
    grant usage on schema shop to authenticated;
    grant select on shop.orders to authenticated;
    alter table shop.orders enable row level security;
    create policy "Orders are for everybody" on shop.orders for select to authenticated using (true);
    create table public.customers (id uuid primary key default gen_random_uuid(), email text not null);
    insert into public.customers (email) values ('ana@example.com');
    create function public.greet() returns text language sql as $$ select 'olá' $$;
    create extension if not exists pg_cron;
    select cron.schedule('shop-nightly', '0 3 * * *', 'select 1');
    select vault.create_secret('somebody else''s', 'shop_key');
    insert into storage.buckets (id, name, public) values ('shop', 'shop', true);
  `);
  Object.assign(hosted.postgrest, { db_schema: "public, graphql_public,shop", max_rows: 250, db_pool: 7 });
  Object.assign(hosted.realtime, { max_concurrent_users: 500 });
  hosted.functions.set("shop-checkout", {
    slug: "shop-checkout",
    version: 3,
    status: "ACTIVE",
    verify_jwt: true,
  });
}

/** All of that as it is, to be held against itself later. */
export async function othersAsTheyAre({ sql, api: { hosted } }: Remote): Promise<unknown> {
  const { db_schema, ...postgrest } = hosted.postgrest;
  return {
    orders: [...await sql`select * from shop.orders order by id`],
    customers: [...await sql`select * from public.customers order by id`],
    tables: [
      ...await sql`
      select oid::regclass::text as name, relacl::text, relrowsecurity from pg_class
      where oid in ('shop.orders'::regclass, 'public.customers'::regclass) order by 1`,
    ],
    schema: [...await sql`select nspacl::text from pg_namespace where nspname = 'shop'`],
    functions: [
      ...await sql`select prosrc, proacl::text from pg_proc where oid = 'public.greet()'::regprocedure`,
    ],
    policies: [
      ...await sql`
      select policyname, roles::text, qual from pg_policies where schemaname = 'shop' order by 1`,
    ],
    schedules: [
      ...await sql`
      select jobid::text, jobname, schedule, command, active from cron.job where jobname not like 'esteira-%'`,
    ],
    secrets: [
      ...await sql`
      select name, decrypted_secret, updated_at from vault.decrypted_secrets
      where name like 'shop%' order by 1`,
    ],
    buckets: [...await sql`select id, public from storage.buckets where id = 'shop'`],
    exposed: db_schema.split(",").map((name) => name.trim()).filter((name) =>
      name !== "worker" && name !== "ops_api"
    ),
    postgrest,
    realtime: hosted.realtime,
    deployed: hosted.functions.get("shop-checkout"),
  };
}
