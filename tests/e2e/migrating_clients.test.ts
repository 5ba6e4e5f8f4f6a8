/** `docs/migrating.md`: what clients of tables of one's own meet, and the code of docs/migrating/ in their place. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { join } from "node:path";
import { createFor } from "../../docs/migrating/create.ts";
import { readFalJob } from "../../docs/migrating/fal_job.ts";
import { listenToJobs, type ShownJob } from "../../docs/migrating/listen.ts";
import { untilEnded } from "../../docs/migrating/poll.ts";
import { claimAndStart, run, type Work, workersApi } from "../../docs/migrating/run.ts";
import { ROOT } from "../../scripts/paths.ts";
import { jobResponse } from "../../shared/requests/requests.ts";
import { createJob, uploadInput } from "../world/api.ts";
import { startEnvironment, type User } from "../world/environment.ts";
import { listen } from "../world/listen.ts";
import { drawPicture } from "../world/picture.ts";
import { sqlWith, typescript } from "./migrating_page.ts";
import { addFingerprintTool, createFingerprint, jobBecomes, readJob } from "./workers.ts";

Deno.test("what the page shows to write is what docs/migrating has", async () => {
  const files = ["create", "run", "listen", "fal_job", "poll"].map((name) =>
    Deno.readTextFile(join(ROOT, `docs/migrating/${name}.ts`))
  );
  const code = (await Promise.all(files)).join("\n");
  const others = typescript.filter((block) => !code.includes(block)).map((block) => block.split("\n")[0]);
  assert.deepEqual(others, [ // what one had before, and the call that the next test makes
    'await prisma.aiJob.update({ where: { id }, data: { status: "STARTED" } });',
    'const { data } = await supabase.from("fal_jobs").insert({ user_id, type: "image", input }).select().single();',
    'const { data, error } = await supabase.functions.invoke("jobs", {',
    'supabase.channel("fal_jobs")',
  ]);
  assert.equal(typescript.length, 10);
});

/** Tells what `code` a user's write was refused with. */
const refusal = async (write: PromiseLike<{ error: { code: string } | null }>) => (await write).error?.code;

Deno.test("what clients of the old tables meet, and what takes its place", async (t) => {
  const lines: string[] = [];
  const environment = await startEnvironment({ onLog: (line) => lines.push(line) });
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
      const notice = await eventually(
        () => system.find(({ extension }) => extension === "postgres_changes"),
        {
          what: "what only those learn who listen to system",
        },
      );
      assert.equal(notice.status, "error");
      assert.match(notice.message ?? "", /^Unable to subscribe to changes with given parameters/);
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

    // @acceptance 000:38-49, 003:268, 004:125, 004:321, 004:395
    await t.step({
      name: "the lines that the page tells to look for are in the log, by the job's id",
      ignore: Deno.env.get("ESTEIRA_STACK") === "supabase", // its functions print elsewhere
      async fn() {
        const logged = (id: string, step: string) =>
          eventually(() => lines.some((line) => line.includes(`[jobs] Job ${id}: ${step} {`)) || undefined, {
            what: `the line of ${step}`,
          });
        const { id } = await createJob(environment, user, "image", { prompt: "a lighthouse" });
        for (const step of ["starting", "running", "webhook_received", "completed"]) await logged(id, step);
        const outside = await createFingerprint(environment, user, { image });
        await runOnce(() => Promise.resolve({}));
        for (const step of ["starting", "running", "completed"]) await logged(outside, step);
      },
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

    await t.step("a server creates a job for a user, once for each key", async () => {
      const project = { projectUrl: deployment.apiUrl, secretKey: deployment.secretKey };
      const wish = { tool: "image", input: { prompt: "a lighthouse" }, key: "order-7" };
      const job = await createFor(userId, wish, project);
      assert.equal((await createFor(userId, wish, project)).id, job.id);
      assert.equal((await untilEnded(client, job.id, 100)).status, "completed", "and its user can read it");
      await assert.rejects(
        createFor(userId, { ...wish, tool: "x", key: "other" }, project),
        /^Error: unknown_tool/,
      );
    });

    await t.step("a channel of the old names is heard by nobody else either", async () => {
      const stranger = await environment.signUp(0);
      await assert.rejects(listen(stranger.client, `jobs:${userId}`, "*", () => {}), /Unauthorized/);
    });

    await t.step("the event stream is where the page says", async () => {
      const response = await fetch(`${deployment.apiUrl}/functions/v1/events/stream`, {
        headers: { apikey: deployment.publishableKey, authorization: `Bearer ${user.accessToken}` },
      });
      await response.body?.cancel();
      assert.deepEqual([response.status, response.headers.get("content-type")], [200, "text/event-stream"]);
    });
  } finally {
    await environment.close();
  }
});
