import assert from "node:assert/strict";
import type { JobEvent } from "../../shared/rows/events.ts";
import { callFunction, codeOf, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { listenToJobs } from "../world/listen.ts";
import { drawPicture } from "../world/picture.ts";
import {
  addFingerprintTool,
  createFingerprint,
  guideSql,
  hasProgress,
  jobBecomes,
  readJob,
  startWorker,
} from "./workers.ts";

const picture = drawPicture(40);

/** What a user's screen hears of their jobs. */
async function hear({ client, userId }: User): Promise<JobEvent["new"][]> {
  const seen: JobEvent["new"][] = [];
  await listenToJobs(client, userId, (event) => seen.push(event.new));
  return seen;
}

/** The statuses that `ai_jobs` showed one after the other, by what the screen heard. */
async function statusesOf({ sql }: Environment, seen: JobEvent["new"][]): Promise<string[]> {
  const statuses: string[] = [];
  for (const { status, current_step, progress } of seen.toSorted((a, b) => a.version - b.version)) {
    const [row] = await sql`select private.ai_job_status(${status}, ${current_step}, ${progress}) as status`;
    if (row?.status !== statuses.at(-1)) statuses.push(row?.status);
  }
  return statuses;
}

Deno.test("a worker outside does a user's job, and the user sees every status of it", async (t) => {
  const environment = await startEnvironment();
  await addFingerprintTool(environment);
  const user = await environment.signUp(10);
  const image = await uploadInput(user, picture);
  try {
    // @acceptance 000:1,5, 000:108, 000:110, 000:111
    await t.step("PENDING, STARTED, PROCESSING, COMPLETED", async () => {
      const seen = await hear(user);
      const id = await createFingerprint(environment, user, { image, seconds: 0.5 });
      const worker = startWorker(environment, "w1");
      const job = await jobBecomes(
        environment,
        user,
        id,
        "completed",
        ({ status }) => status === "completed",
      );
      assert.equal(await worker.end("SIGTERM"), 0, worker.output());
      assert.deepEqual(
        await statusesOf(environment, seen),
        ["PENDING", "STARTED", "PROCESSING", "COMPLETED"],
        worker.output(),
      );

      const [file] = job.output?.files ?? [];
      assert.equal(file?.path, `${user.userId}/${id}/1-copy.png`);
      const { data: result } = await user.client.storage.from("outputs").download(file.path);
      assert.deepEqual(new Uint8Array(await result?.arrayBuffer() ?? []), picture);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", picture)).toHex();
      assert.deepEqual(job.output?.data, { sha256: digest, bytes: picture.length });
      assert.equal(worker.output().includes(environment.deployment.secretKey), false);
    });

    // @acceptance 000:109
    await t.step("a job that is cancelled stops its worker, which goes on with the next", async () => {
      await environment.sql`update private.lanes set lease = '3 seconds' where lane = 'external'`;
      const worker = startWorker(environment, "w2");
      const id = await createFingerprint(environment, user, { image, seconds: 40 });
      await jobBecomes(environment, user, id, "at work", ({ current_step }) => current_step === "running");
      await callFunction(environment, `jobs/${id}`, { method: "DELETE", token: user.accessToken });
      const next = await createFingerprint(environment, user, { image });
      await jobBecomes(environment, user, next, "completed", ({ status }) => status === "completed");
      assert.match(worker.output(), new RegExp(`${id}: stopped, the job is cancelled`));
      await jobBecomes(environment, user, id, "paid back", ({ refund }) => refund === "paid");
      assert.match(worker.output(), new RegExp(`${id}: late \\(stopped\\)`), "by the worker's word");
      await worker.end("SIGTERM");
    });

    await t.step("a worker that is told to stop hands its job back, which uses up no attempt", async () => {
      const worker = startWorker(environment, "w3", { ESTEIRA_STOP_SECONDS: "0.1" });
      const id = await createFingerprint(environment, user, { image, seconds: 40 });
      await jobBecomes(environment, user, id, "at work", ({ current_step }) => current_step === "running");
      assert.equal(await worker.end("SIGTERM"), 0, worker.output());
      const job = await readJob(environment, user, id);
      assert.deepEqual([job.status, job.retry_count, job.attempt], ["pending", 0, 1]);
      await callFunction(environment, `jobs/${id}`, { method: "DELETE", token: user.accessToken });
    });

    await t.step(
      "a tool's JSON Schema refuses what it does not allow, before anything is charged",
      async () => {
        for (const input of [{}, { image, seconds: 61 }, { image, colour: "red" }]) {
          const answer = await callFunction(environment, "jobs", {
            token: user.accessToken,
            body: { tool: "fingerprint", input },
          });
          assert.deepEqual([answer.status, codeOf(answer)], [422, "invalid_input"], JSON.stringify(input));
        }
        assert.deepEqual([...await environment.sql`select * from ops.credit_drift()`], []);
      },
    );

    await t.step("the rest of the guide's SQL does what it says as well", async () => {
      for (const block of (await guideSql()).slice(1)) await environment.sql.unsafe(block).simple();
      const slots = await environment.sql`
        select lane, count(*)::integer as n from private.slots where lane in ('ai', 'external') group by lane order by lane`;
      assert.deepEqual(slots.map(({ lane, n }) => [lane, n]), [["ai", 3], ["external", 20]]);
    });

    await t.step("a user is no worker, and a provider's lane is not claimed", async () => {
      const body = { lane: "external", worker: "mallory" };
      for (const token of [undefined, user.accessToken]) {
        const answer = await callFunction(environment, "workers-api/claim", {
          body,
          ...token ? { token } : {},
        });
        assert.deepEqual([answer.status, codeOf(answer)], [401, "unauthenticated"]);
      }
      const apiKey = environment.deployment.secretKey;
      for (
        const [lane, status, code] of [["runninghub", 409, "lane_not_pull"], ["x", 404, "lane_not_found"]]
      ) {
        const answer = await callFunction(environment, "workers-api/claim", {
          apiKey,
          body: { ...body, lane },
        });
        assert.deepEqual([answer.status, codeOf(answer)], [status, code]);
      }
    });
  } finally {
    await environment.close();
  }
});

Deno.test("a worker that is killed loses its job to another, and comes too late", async () => {
  const environment = await startEnvironment();
  const { sql } = environment;
  try {
    await addFingerprintTool(environment);
    await sql`update private.lanes set lease = '3 seconds' where lane = 'external'`;
    const user = await environment.signUp(10);
    const image = await uploadInput(user, picture);
    const id = await createFingerprint(environment, user, { image, seconds: 1.5 });
    const first = startWorker(environment, "w1");
    await jobBecomes(environment, user, id, "half done", hasProgress);
    await first.end("SIGKILL");

    const second = startWorker(environment, "w2");
    const job = await jobBecomes(environment, user, id, "completed", ({ status }) => status === "completed");
    await second.end("SIGTERM");
    assert.deepEqual([job.attempt, job.retry_count], [2, 1], second.output());
    assert.equal(job.output?.files[0]?.path, `${user.userId}/${id}/2-copy.png`);

    const [late] = await sql`select token from public.job_attempts where job_id = ${id} and attempt = 1`;
    const call = (route: string, body: Record<string, unknown>) =>
      callFunction(environment, `workers-api/${route}`, {
        apiKey: environment.deployment.secretKey,
        body: { jobId: id, token: late?.token, ...body },
      });
    const beat = await call("heartbeat", { progress: 99 });
    assert.deepEqual([beat.status, (beat.body as { continue: boolean }).continue], [200, false]);
    assert.deepEqual((await call("complete", { output: { mine: true } })).body, { verdict: "late" });
    const fail = { retryClass: "never", code: "x", message: "x" };
    assert.deepEqual((await call("fail", fail)).body, { verdict: "duplicate" });
    assert.equal(codeOf(await call("uploads", { contentType: "image/png", size: 1 })), "job_ended");

    assert.deepEqual(await readJob(environment, user, id), job, "nothing has changed");
    const attempts = await sql`
      select worker, outcome, error_code from public.job_attempts where job_id = ${id} order by attempt`;
    assert.deepEqual([...attempts].map((row) => ({ ...row })), [
      { worker: "w1", outcome: "orphaned", error_code: "lease_expired" },
      { worker: "w2", outcome: "succeeded", error_code: null },
    ]);
    const [entries] =
      await sql`select count(*)::integer as n from public.credit_entries where job_id = ${id}`;
    assert.equal(entries?.n, 1, "the user has paid once");
  } finally {
    await environment.close();
  }
});
