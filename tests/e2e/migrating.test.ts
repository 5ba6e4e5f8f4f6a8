/** `docs/migrating.md`: its SQL as it stands there, its TypeScript from docs/migrating/, and what it says of old clients. */
import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { EMPTY, startDatabase } from "@esteira/local-supabase/postgres";
import { eventually } from "@esteira/local-supabase/testing";
import { readFalJob } from "../../docs/migrating/fal_job.ts";
import { listenToJobs, type ShownJob } from "../../docs/migrating/listen.ts";
import { untilEnded } from "../../docs/migrating/poll.ts";
import { claimAndStart, run, type Work, workersApi } from "../../docs/migrating/run.ts";
import { pushTo } from "../../scripts/db_push.ts";
import { ROOT } from "../../scripts/paths.ts";
import { jobResponse } from "../../shared/requests.ts";
import { startEnvironment, type User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";
import { createJob, uploadInput } from "./api.ts";
import { listen } from "./listen.ts";
import { addFingerprintTool, createFingerprint, jobBecomes, readJob } from "./workers.ts";

const page = await Deno.readTextFile(join(ROOT, "docs/migrating.md"));
const blocks = (language: string) =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, of]) => of === language)
    .map(([, , text = ""]) => text);
/** The block of SQL that has these words. */
const sqlWith = (words: string) =>
  blocks("sql").find((block) => block.includes(words)) ?? assert.fail(`no SQL with ${words}`);

Deno.test("what the page shows to write is what docs/migrating has", async () => {
  const files = ["run", "listen", "fal_job", "poll"].map((name) =>
    Deno.readTextFile(join(ROOT, `docs/migrating/${name}.ts`))
  );
  const code = (await Promise.all(files)).join("\n");
  const others = blocks("ts").filter((block) => !code.includes(block)).map((block) => block.split("\n")[0]);
  assert.deepEqual(others, [ // what one had before, and the call that the next test makes
    'await prisma.aiJob.update({ where: { id }, data: { status: "STARTED" } });',
    'const { data } = await supabase.from("fal_jobs").insert({ user_id, type: "image", input }).select().single();',
    'const { data, error } = await supabase.functions.invoke("jobs", {',
    'supabase.channel("fal_jobs")',
  ]);
  assert.equal(blocks("ts").length, 9);
});

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
  insert into public.user_credits values (md5('ana')::uuid, 12);`;

Deno.test("a project with tables of these names is refused whole, and its rows come along", async (t) => {
  const cluster = await startDatabase(EMPTY);
  const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(LEGACY).simple();

    await t.step("the push changes nothing until the tables are put aside", async () => {
      await assert.rejects(pushTo(cluster.url()), /already exists/);
      const [jobs] = await sql`select to_regclass('public.upscaler_jobs') as upscaler_jobs`;
      assert.equal(jobs?.upscaler_jobs, null);
      await sql.unsafe(sqlWith("create schema legacy")).simple();
      await sql`alter table public.user_credits set schema legacy`;
      assert.match(await pushTo(cluster.url()), /Finished supabase db push/);
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
               (select balance from public.credit_accounts) as balance,
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
      assert.deepEqual(owners?.map(({ cmd, roles }) => [cmd, roles]), [["SELECT", ["authenticated"]]]);
      assert.deepEqual(view?.map(({ reloptions }) => reloptions), [["security_invoker=true"]]);
      assert.deepEqual(triggers?.map(({ on_table, tgenabled }) => [on_table, tgenabled]), [
        ["jobs", "O"],
        ["projects", "O"],
        ["ai_models", "O"],
      ]);
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

/** Tells what `code` a user's write was refused with. */
const refusal = async (write: PromiseLike<{ error: { code: string } | null }>) => (await write).error?.code;

Deno.test("what clients of the old tables meet, and what takes its place", async (t) => {
  const environment = await startEnvironment();
  const { sql, deployment } = environment;
  const user: User = await environment.signUp(20);
  const { client, userId } = user;
  try {
    await addFingerprintTool(environment);
    const image = await uploadInput(user, drawPicture(24));

    // @acceptance 000:9-13, 003:218-221, 003:223-226
    await t.step("a view is not written to, by its owner or a secret key", async () => {
      const { id } = await createJob(environment, user, "image", { prompt: "a lighthouse" });
      const insert = client.from("fal_jobs").insert({ user_id: userId, type: "image", input: {} } as never);
      assert.equal(await refusal(insert), "0A000");
      const update = client.from("fal_jobs").update({ status: "completed" } as never).eq("id", id);
      assert.equal(await refusal(update), "0A000");
      const statements = sqlWith("update public.ai_jobs").split(";").filter((sql) =>
        sql.includes("update public")
      );
      const told = sqlWith("update public.ai_jobs").match(/(?<=ERROR )\w{5}/g);
      for (const role of ["authenticated", "service_role"]) {
        for (const [n, statement] of statements.entries()) {
          const write = sql.begin(async (sql) => {
            await sql.unsafe(`set local role ${role}`);
            await sql.unsafe(statement);
          });
          await assert.rejects(write, { code: told?.[n] });
        }
      }
    });

    await t.step("to postgres nothing is refused: it writes through a view, past the engine", async () => {
      const { id } = await createJob(environment, user, "upscaler", { image });
      await untilEnded(client, id, 100);
      const written = await sql`update public.upscaler_jobs set progress = 50 where id = ${id}`;
      assert.equal(written.count, 1);
      assert.equal((await readJob(environment, user, id)).progress, 50);
    });

    // @acceptance 000:27-36, 003:273
    await t.step("a client of postgres_changes is told that it listens, and hears nothing", async () => {
      const heard: unknown[] = [];
      const system: { extension?: string; status?: string; message?: string }[] = [];
      const joined = Promise.withResolvers<string>();
      const channel = client.channel("fal_jobs").on("postgres_changes", {
        event: "*",
        schema: "public",
        table: "fal_jobs",
        filter: `user_id=eq.${userId}`,
      }, (change) => heard.push(change))
        .on("system", {}, (notice) => system.push(notice))
        .subscribe((status) => joined.resolve(status));
      assert.equal(await joined.promise, "SUBSCRIBED");
      const { id } = await createJob(environment, user, "image", { prompt: "a lighthouse" });
      await untilEnded(client, id, 100);
      assert.deepEqual(heard, []);
      const [notice] = system.filter(({ extension }) => extension === "postgres_changes");
      assert.equal(notice?.status, "error", "which only those who listen to system learn");
      assert.match(notice?.message ?? "", /^Unable to subscribe to changes with given parameters/);
      await client.removeChannel(channel);
    });

    // @acceptance 002:33, 002:35
    await t.step(
      "the topic fal_jobs:{user} is refused, and without private: true it is an empty room",
      async () => {
        const topic = `fal_jobs:${userId}`;
        const refused = Promise.withResolvers<[string, string]>();
        const channel = client.channel(topic, { config: { private: true } })
          .subscribe((status, error) => refused.resolve([status, String(error)]));
        const [status, reason] = await refused.promise;
        assert.equal(status, "CHANNEL_ERROR");
        assert.match(reason, /Unauthorized: You do not have permissions to read from this Channel topic/);
        await client.removeChannel(channel);

        const heard: unknown[] = [];
        const joined = Promise.withResolvers<string>();
        const open = client.channel(`jobs:${userId}`)
          .on("broadcast", { event: "*" }, (event) => heard.push(event))
          .subscribe((status) => joined.resolve(status));
        assert.equal(await joined.promise, "SUBSCRIBED");
        const { id } = await createJob(environment, user, "image", { prompt: "a lighthouse" });
        await untilEnded(client, id, 100);
        assert.deepEqual(heard, []);
        await client.removeChannel(open);
      },
    );

    // @acceptance 000:27-36, 002:35
    await t.step("what to listen to instead shows what is there, and each change once", async () => {
      const before = await createJob(environment, user, "image", { prompt: "before" });
      await untilEnded(client, before.id, 100);
      const shown: ShownJob[] = [];
      const channel = await listenToJobs(client, userId, (job) => shown.push(job));
      await eventually(() => shown.some(({ id }) => id === before.id) || undefined, { what: "the snapshot" });
      const { data, error } = await client.functions.invoke("jobs", {
        body: { tool: "image", input: { prompt: "a lighthouse" }, idempotencyKey: "click-1" },
      });
      assert.equal(error, null);
      const { job } = jobResponse.parse(data);
      await eventually(
        () => shown.some(({ id, status }) => id === job.id && status === "completed") || undefined,
        {
          what: "the end of the job",
        },
      );
      const versions = shown.filter(({ id }) => id === job.id).map(({ version }) => version);
      assert.deepEqual(versions, [...new Set(versions)].toSorted((a, b) => a - b));
      await client.removeChannel(channel);
    });

    // @acceptance 002:309-345
    await t.step("polled by its id, a job ends; and is read in fal_jobs' words", async () => {
      const created = await createJob(environment, user, "image", { prompt: "a cat" });
      assert.equal(created.request_id, null, "which is why it is not polled by that");
      const job = await untilEnded(client, created.id, 100);
      assert.equal(job.status, "completed");
      const { result, createdAt, completedAt, ...read } = await readFalJob(client, job.id);
      assert.deepEqual(read, {
        id: job.id,
        requestId: job.request_id,
        userId,
        modelId: "google/nano-banana",
        type: "image",
        status: "completed",
        input: { prompt: "a cat", ...job.input },
        error: null,
      });
      assert.deepEqual(result, { images: [{ url: job.output_url }] });
      assert.ok(createdAt && completedAt);
    });

    const post = workersApi(deployment.apiUrl, deployment.secretKey);
    /** Claims until there has been a run. */
    const runOnce = (work: Work) =>
      eventually(async () => {
        let hasRun = false;
        await claimAndStart(post, async (job) => {
          hasRun = true;
          await run(post, job, work);
        });
        return hasRun || undefined;
      }, { what: "a job to claim" });

    // @acceptance 000:9-13, 000:108
    await t.step("a task runner's task does a job without a row being written by it", async () => {
      const id = await createFingerprint(environment, user, { image });
      let status;
      await runOnce(async (job, tell) => {
        await tell(40);
        [{ status } = { status: null }] = await sql`select status from public.ai_jobs where id = ${job.id}`;
        return { sha256: "abc" };
      });
      assert.equal(status, "PROCESSING");
      const job = await jobBecomes(
        environment,
        user,
        id,
        "completed",
        ({ status }) => status === "completed",
      );
      assert.deepEqual([job.output?.data, job.progress], [{ sha256: "abc" }, 100]);
    });

    await t.step("a task that throws gives its job back to be tried again, with its words", async () => {
      await sql`update private.lanes set backoff_base = '1 millisecond', backoff_max = '1 millisecond' where lane = 'external'`;
      await sql`update public.tools set max_attempts = 2 where tool = 'fingerprint'`;
      const id = await createFingerprint(environment, user, { image });
      for (const _attempt of [1, 2]) await runOnce(() => Promise.reject(new Error("no such model")));
      const job = await readJob(environment, user, id);
      assert.deepEqual([job.status, job.error_code, job.error_message, job.retry_count], [
        "failed",
        "task_failed",
        "no such model",
        1,
      ]);
    });

    await t.step("a task whose job is cancelled is told to stop", async () => {
      const id = await createFingerprint(environment, user, { image });
      await runOnce(async (_job, tell, signal) => {
        await client.functions.invoke(`jobs/${id}`, { method: "DELETE" });
        await tell(50);
        signal.throwIfAborted();
        return {};
      });
      assert.equal((await readJob(environment, user, id)).status, "cancelled");
    });

    await t.step("on a server, SQL creates a job for a user", async () => {
      const statement = sqlWith("public.create_job").replaceAll("<user id>", userId)
        .replace(`${userId}/cat.png`, image);
      const [job] = await sql.unsafe(statement);
      assert.equal(job?.status, "processing", "it has a slot");
      assert.equal((await sql.unsafe(statement))[0]?.id, job?.id, "the same click, the same job");
    });

    await t.step("a channel of the old names is heard by nobody else either", async () => {
      const stranger = await environment.signUp(0);
      await assert.rejects(listen(stranger.client, `jobs:${userId}`, "*", () => {}), /Unauthorized/);
    });

    await t.step("there is no event stream yet", async () => {
      const response = await fetch(`${deployment.apiUrl}/functions/v1/events/stream`, {
        headers: { apikey: deployment.publishableKey, authorization: `Bearer ${user.accessToken}` },
      });
      await response.body?.cancel();
      assert.equal(response.status, 404);
    });
  } finally {
    await environment.close();
  }
});
