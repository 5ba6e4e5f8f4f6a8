/** `docs/migrating.md`: a project with tables of its own, and what becomes of their rows. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { EMPTY, startDatabase } from "@esteira/local-supabase/postgres";
import { pushTo } from "../../scripts/database/db_push.ts";
import { sqlWith } from "./migrating_page.ts";

// The tables of the documents, as far as the move needs them, with a job in every state.
const LEGACY = `
  create table public.fal_jobs (id uuid primary key, request_id text, user_id uuid, model_id text, type text, status text,
    input jsonb, result jsonb, error text, created_at timestamptz default now(), completed_at timestamptz);
  create table public.ai_jobs (id uuid primary key, user_id uuid, status text, progress smallint, input jsonb, result jsonb,
    error text, created_at timestamptz default now(), updated_at timestamptz default now());
  create table public.ai_models (id uuid primary key, "userId" uuid, name text, status text, progress integer,
    "trainingJobId" text, "modelUrl" text, "errorMessage" text, "createdAt" timestamptz default now(),
    "updatedAt" timestamptz default now(), "trainedAt" timestamptz);
  create table public.project (id uuid primary key, user_id uuid, content jsonb, updated_at timestamptz default now());
  create table public.user_credits (user_id uuid primary key, balance integer);
  insert into auth.users (id, email) values (md5('ana')::uuid, 'ana@example.test');
  insert into public.fal_jobs (id, request_id, user_id, type, status, input, result, error, completed_at) values
    (md5('1')::uuid, 'kie-1', md5('ana')::uuid, 'image', 'completed',
     '{"prompt": "a cat", "_metadata": {"nodeId": "n1"}}', '{"images": [{"url": "https://old.test/a.png"}]}', null, now()),
    (md5('2')::uuid, null, md5('ana')::uuid, 'image', 'failed', '{"prompt": "a dog"}', null, 'flagged', null),
    (md5('3')::uuid, 'kie-3', md5('ana')::uuid, 'video', 'pending', '{}', null, null, null);
  insert into public.ai_jobs (id, user_id, status, progress, result) values
    (md5('4')::uuid, md5('ana')::uuid, 'COMPLETED', 100, '{"sha256": "abc"}'),
    (md5('5')::uuid, md5('ana')::uuid, 'CANCELLED', 30, null),
    (md5('6')::uuid, md5('ana')::uuid, 'PROCESSING', 30, null);
  insert into public.ai_models (id, "userId", name, status, progress, "modelUrl") values
    (md5('7')::uuid, md5('ana')::uuid, 'Ana', 'READY', 100, '788416'),
    (md5('8')::uuid, md5('ana')::uuid, 'Bo', 'ERROR', 10, null),
    (md5('9')::uuid, md5('ana')::uuid, 'Cy', 'TRAINING', 10, null);
  insert into public.project (id, user_id, content) values (md5('10')::uuid, md5('ana')::uuid, '{"nodes": [], "edges": []}');
  insert into public.user_credits values (md5('ana')::uuid, 12);
  alter publication supabase_realtime add table public.fal_jobs;`;

Deno.test("a project with tables of these names is refused whole, and its rows come along", async (t) => {
  const cluster = await startDatabase(EMPTY);
  const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(LEGACY).simple();

    await t.step("the push changes nothing until the tables are put aside", async () => {
      await assert.rejects(pushTo(cluster.url()), /already exists/);
      const [left] =
        await sql`select to_regnamespace('private') as private, to_regclass('public.jobs') as jobs`;
      assert.deepEqual({ ...left }, { private: null, jobs: null });
      await sql.unsafe(sqlWith("create schema legacy")).simple();
      await sql`alter table public.user_credits set schema legacy`;
      assert.match(await pushTo(cluster.url()), /Finished supabase db push/);
      const published = await sql`select schemaname, tablename from pg_publication_tables`;
      assert.deepEqual(published.map((row) => ({ ...row })), [{
        schemaname: "legacy",
        tablename: "fal_jobs",
      }]);
    });

    await t.step("what has ended is there under its old ids, and nothing that is under way", async () => {
      for (const _twice of [1, 2]) {
        await sql.unsafe(sqlWith("from legacy.fal_jobs")).simple();
        const results = await sql.unsafe(sqlWith("from legacy.ai_models")).simple();
        const [counts, drift] = (results as unknown as Record<string, unknown>[][]).slice(-2);
        assert.deepEqual([counts?.length, drift?.length], [4, 0]);
      }
      const images = await sql`
        select status, request_id, input, error from public.fal_jobs order by status`;
      assert.deepEqual(images.map((row) => ({ ...row })), [
        {
          status: "completed",
          request_id: "kie-1",
          input: { prompt: "a cat", _metadata: { nodeId: "n1" } },
          error: null,
        },
        { status: "failed", request_id: null, input: { prompt: "a dog" }, error: "flagged" },
      ]);
      const [image] = await sql`
        select output_url, output, credits_charged, step_history from public.jobs where id = md5('1')::uuid`;
      assert.equal(image?.output_url, "https://old.test/a.png");
      assert.deepEqual(image?.output.data, { images: [{ url: "https://old.test/a.png" }] });
      assert.equal(image?.credits_charged, 0);
      assert.deepEqual(image?.step_history.map(({ step }: { step: string }) => step), ["completed"]);
      const external = await sql`select status, progress from public.ai_jobs order by status`;
      assert.deepEqual(external.map(({ status, progress }) => [status, progress]), [
        ["CANCELLED", 30],
        ["COMPLETED", 100],
      ]);
      const models = await sql`
        select name, status, progress, "modelUrl", "errorMessage" from public.ai_models order by name`;
      assert.deepEqual(models.map((row) => Object.values(row)), [
        ["Ana", "READY", 100, "788416", null],
        ["Bo", "ERROR", 10, null, "Failed before the move"],
      ]);
      const [others] = await sql`
        select (select count(*)::integer from public.project) as projects,
               (select balance from public.credit_accounts)::integer as balance,
               (select count(*)::integer from realtime.messages where payload ->> 'table' = 'jobs') as told`;
      assert.deepEqual({ ...others }, { projects: 1, balance: 12, told: 0 });
    });

    await t.step("an imported job is as final as any, and can be retried", async () => {
      await assert.rejects(sql`update public.jobs set status = 'pending' where id = md5('1')::uuid`, {
        code: "23514",
      });
      await sql`update public.tools set is_enabled = true where tool = 'image'`;
      const [retry] = await sql`select retried_from, status from public.retry_job(md5('2')::uuid)`;
      assert.deepEqual([retry?.retried_from, retry?.status], [
        (await sql`select md5('2')::uuid as id`)[0]?.id,
        "pending",
      ]);
    });

    // @acceptance 003:280
    await t.step("a limit is a number of slots", async () => {
      await sql.unsafe(sqlWith("private.set_capacity")).simple();
      const [slots] = await sql`select count(*)::integer as n from private.slots where lane = 'publication'`;
      assert.equal(slots?.n, 8);
    });

    // @acceptance 000:51-55, 000:84-88, 000:90-96
    await t.step("the checks that tell something say that all is well", async () => {
      const checks = await sql.unsafe(sqlWith("from pg_policies where schemaname = 'public'")).simple();
      const [owners, view, triggers, topics] = checks as unknown as Record<string, unknown>[][];
      assert.deepEqual(
        new Map(owners?.map(({ cmd, roles }) => [roles, cmd].map(String) as [string, string])),
        new Map([
          ["authenticated", "SELECT"],
          ["esteira_admin", "SELECT"],
        ]),
      );
      assert.deepEqual(view?.map(({ reloptions }) => reloptions), [["security_invoker=true"]]);
      const announced = new Set(triggers?.map(({ on_table }) => on_table));
      assert.deepEqual(
        announced,
        new Set([
          ...["jobs", "projects", "ai_models", "connections"],
          // For operators.
          ...["ops.alerts", "private.audit", "private.bulk_runs"],
        ]),
      );
      assert.ok(triggers?.every(({ tgenabled }) => tgenabled === "O"));
      for (const topic of ["jobs:", "project:", "lane:"]) {
        assert.ok(topics?.some(({ qual }) => String(qual).includes(topic)), topic);
      }
    });

    // @acceptance 002:547-556
    await t.step("what was announced is found by the query that works", async () => {
      await sql`select public.create_job(md5('ana')::uuid, 'image', '{"prompt": "a fish"}')`;
      const found = await sql.unsafe(sqlWith("order by inserted_at desc")).simple();
      const [told, swallowed] = found as unknown as Record<string, unknown>[][];
      assert.ok(told?.some(({ topic, event }) => String(topic).startsWith("jobs:") && event === "INSERT"));
      assert.equal(swallowed?.length, 0);
    });
  } finally {
    await sql.end();
    await cluster.stop();
  }
});
