import assert from "node:assert/strict";
import { ALICE, BOB, withRest } from "./rest_fixture.ts";

const SCHEMA = `
  create table public.diaries (
    id int generated always as identity primary key,
    owner uuid not null default auth.uid(),
    entry text,
    mood text default 'calm'
  );
  alter table public.diaries enable row level security;
  create policy "owners see theirs" on public.diaries for select to authenticated using (owner = auth.uid());
  create policy "owners write theirs" on public.diaries for insert to authenticated with check (owner = auth.uid());
  create policy "owners change theirs" on public.diaries for update to authenticated using (owner = auth.uid());
  grant select, insert, update on public.diaries to authenticated;
  grant all on public.diaries to service_role;

  create table public.people (id int primary key, name text, salary int);
  insert into public.people values (1, 'Ana', 100);
  grant select (id, name), update (name), insert (id, name) on public.people to anon;
  grant select on public.people to service_role;

  create function public.who() returns json language sql stable as $$
    select json_build_object(
      'role', current_user, 'session', session_user, 'uid', auth.uid(), 'claims', auth.jwt(),
      'method', current_setting('request.method'), 'path', current_setting('request.path'),
      'client', current_setting('request.headers')::json ->> 'x-client-info',
      'search_path', current_setting('search_path'),
      'timeout', current_setting('statement_timeout'),
      'read_only', current_setting('transaction_read_only'))
  $$;
  create function public.patient() returns text language sql volatile set statement_timeout = '4242ms'
    as $$ select current_setting('statement_timeout') $$;
  create function public.dawdle() returns void language sql volatile set statement_timeout = '50ms'
    as 'select pg_sleep(10)';
  create function public.for_users_only() returns int language sql stable as 'select 1';
  revoke execute on function public.for_users_only() from public;
  grant execute on function public.for_users_only() to authenticated;
`;

Deno.test("a request runs as its caller", async (t) => {
  await withRest(SCHEMA, async ({ url, request, tokens, user, anon, service, sql }) => {
    await t.step("keys and tokens decide who is calling", async (t) => {
      const ask = async (headers: Record<string, string>, path = "/people?select=id") => {
        const response = await request(path, { headers: { ...headers } });
        return { status: response.status, body: await response.json(), headers: response.headers };
      };

      await t.step("no key and a wrong key are the gateway's refusals", async () => {
        const none = await ask({ apikey: "" });
        assert.deepEqual([none.status, none.body], [401, {
          message: "No API key found in request",
          hint: "No `apikey` request header or url param was found.",
        }]);
        const wrong = await ask({ apikey: "sb_publishable_wrong" });
        assert.equal(wrong.status, 401);
        assert.equal(wrong.body.message, "Invalid API key");
      });

      await t.step("every kind of key is accepted, also in the URL", async () => {
        assert.equal((await ask({ apikey: tokens.anonKey })).status, 200);
        const inUrl = await fetch(`${url}/rest/v1/people?select=id&apikey=${tokens.publishableKey}`);
        assert.deepEqual([inUrl.status, await inUrl.json()], [200, [{ id: 1 }]]);
        assert.equal((await anon.rpc("who")).data.role, "anon");
        assert.equal((await service.rpc("who")).data.role, "service_role");
        const legacy = await ask({
          apikey: tokens.serviceRoleKey,
          authorization: `Bearer ${tokens.serviceRoleKey}`,
        }, "/rpc/who");
        assert.equal(legacy.body.role, "service_role");
      });

      await t.step("a stale token is PGRST303, a forged one PGRST301", async () => {
        const stale = await ask({
          authorization: `Bearer ${await tokens.sign({ role: "authenticated" }, -60)}`,
        });
        assert.deepEqual([stale.status, stale.body.code, stale.body.message], [
          401,
          "PGRST303",
          "JWT expired",
        ]);
        assert.match(stale.headers.get("www-authenticate") ?? "", /^Bearer error="invalid_token"/);
        const forged = await ask({ authorization: "Bearer a.b.c" });
        assert.deepEqual([forged.status, forged.body.code], [401, "PGRST301"]);
      });

      await t.step("a token for a role that does not exist, or may not be taken, is refused", async () => {
        const nobody = await (await user(ALICE, { role: "nobody_at_all" })).rpc("who");
        assert.deepEqual([nobody.status, nobody.error?.code], [401, "22023"]);
        const admin = await (await user(ALICE, { role: "supabase_admin" })).rpc("who");
        assert.deepEqual([admin.status, admin.error?.code], [403, "42501"]);
      });

      await t.step("functions see role, claims and request", async () => {
        const alice = await user(ALICE, { email: "alice@example.com", app_metadata: { role: "admin" } });
        const { data } = await alice.rpc("who");
        assert.equal(data.role, "authenticated");
        assert.equal(data.session, "authenticator");
        assert.equal(data.uid, ALICE);
        assert.equal(data.claims.email, "alice@example.com");
        assert.equal(data.claims.app_metadata.role, "admin");
        assert.equal(data.method, "POST");
        assert.equal(data.path, "/rpc/who");
        assert.match(data.client, /^supabase-js/);
        assert.equal(data.search_path, '"public", "extensions"');
        assert.equal(data.read_only, "on");
        assert.equal((await anon.rpc("who")).data.uid, null, "nothing is left of the caller before");
      });

      await t.step("statement_timeout is the role's, or the function's own", async () => {
        assert.equal((await anon.rpc("who")).data.timeout, "3s");
        assert.equal((await (await user(ALICE)).rpc("who")).data.timeout, "8s");
        assert.equal((await anon.rpc("patient")).data, "4242ms");
        const late = await anon.rpc("dawdle");
        assert.deepEqual([late.status, late.error?.code], [500, "57014"]);
      });

      await t.step("execute is granted or not", async () => {
        const refused = await anon.rpc("for_users_only");
        assert.deepEqual([refused.status, refused.error?.code], [401, "42501"]);
        assert.equal((await (await user(BOB)).rpc("for_users_only")).data, 1);
        const service403 = await service.rpc("for_users_only");
        assert.deepEqual([service403.status, service403.error?.code], [403, "42501"]);
      });
    });

    await t.step("row level security and grants hold for every role", async (t) => {
      const alice = await user(ALICE);
      const bob = await user(BOB);

      await t.step("two users see, write and change only their own rows", async () => {
        assert.equal((await alice.from("diaries").insert({ entry: "a" })).error, null);
        assert.equal((await bob.from("diaries").insert([{ entry: "b1" }, { entry: "b2" }])).error, null);
        assert.deepEqual((await alice.from("diaries").select("entry,owner")).data, [{
          entry: "a",
          owner: ALICE,
        }]);
        const counted = await bob.from("diaries").select("entry", { count: "exact" }).order("id");
        assert.deepEqual([counted.data, counted.count], [[{ entry: "b1" }, { entry: "b2" }], 2]);
        const changed = await alice.from("diaries").update({ mood: "glad" }).gt("id", 0).select("entry");
        assert.deepEqual(changed.data, [{ entry: "a" }]);
        const moods = await sql`select entry, mood from public.diaries order by id`;
        assert.deepEqual(moods.map((row) => row.mood), ["glad", "calm", "calm"]);
      });

      await t.step("a row for somebody else is refused", async () => {
        const forged = await alice.from("diaries").insert({ entry: "x", owner: BOB });
        assert.deepEqual([forged.status, forged.error?.code], [403, "42501"]);
        assert.match(forged.error?.message ?? "", /row-level security policy/);
      });

      await t.step("what is not granted stays closed", async () => {
        const deleted = await alice.from("diaries").delete().eq("entry", "a");
        assert.deepEqual([deleted.status, deleted.error?.code], [403, "42501"]);
        const strange = await anon.from("diaries").select();
        assert.deepEqual([strange.status, strange.error?.code], [401, "42501"]);
        assert.match(strange.error?.message ?? "", /permission denied for table diaries/);
      });

      await t.step("service_role passes row level security", async () => {
        assert.equal((await service.from("diaries").select()).data?.length, 3);
        assert.equal((await service.from("diaries").delete().eq("entry", "b2")).error, null);
        assert.equal((await bob.from("diaries").select()).data?.length, 1);
      });

      await t.step("column grants open some columns and not the others", async () => {
        assert.deepEqual((await anon.from("people").select("id,name")).data, [{ id: 1, name: "Ana" }]);
        assert.equal((await anon.from("people").select()).error?.code, "42501");
        assert.equal((await anon.from("people").select("id").eq("salary", 100)).error?.code, "42501");
        assert.equal((await anon.from("people").update({ salary: 1 }).eq("id", 1)).error?.code, "42501");
        assert.equal(
          (await anon.from("people").insert({ id: 2, name: "Bo", salary: 5 })).error?.code,
          "42501",
        );
        assert.deepEqual((await anon.from("people").insert({ id: 2, name: "Bo" }).select("name")).data, [{
          name: "Bo",
        }]);
        const renamed = await anon.from("people").update({ name: "Anna" }).eq("id", 1).select("id,name");
        assert.deepEqual(renamed.data, [{ id: 1, name: "Anna" }]);
        assert.equal((await service.from("people").select("salary").eq("id", 1).single()).data?.salary, 100);
      });

      await t.step("and the service itself granted nothing", async () => {
        const [row] = await sql`select
        has_table_privilege('anon', 'public.diaries', 'select') as diaries,
        has_column_privilege('anon', 'public.people', 'salary', 'select') as salary`;
        assert.deepEqual({ ...row }, { diaries: false, salary: false });
      });
    });
  });
});
