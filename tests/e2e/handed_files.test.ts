/**
 * What is checked is what is handed over: a provider gets the copy that was made and looked at when its job was created,
 * whatever its user does with the file since.
 */
import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import { createClient } from "@supabase/supabase-js";
import { type Job, toJob } from "../../shared/rows/job.ts";
import { jobResponse } from "../../shared/requests/requests.ts";
import { claimResponse } from "../../shared/requests/requests_workers.ts";
import { callFunction, codeOf, createJob, runJob, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

const PAGE = new TextEncoder().encode(`<!doctype html>${"x".repeat(5000)}`);
const SETTINGS = {
  input_schema: { type: "object" },
  files: { image: { types: ["image/png"], max_bytes: 4000 } },
};

/** Ways of putting other bytes where a file was. */
const SWAPS: Record<
  string,
  (environment: Environment, user: User, path: string, token: string) => Promise<void>
> = {
  "deleting it and uploading another": async (_, { client }, path) => {
    const bucket = client.storage.from("inputs");
    await bucket.remove([path]);
    const { error } = await bucket.upload(path, new Blob([PAGE], { type: "image/png" }));
    assert.equal(error, null);
  },
  "its upload token, by TUS": async ({ deployment }, _, path, token) => {
    const metadata = { bucketName: "inputs", objectName: path, contentType: "image/png" };
    const response = await fetch(`${deployment.apiUrl}/storage/v1/upload/resumable/sign`, {
      method: "POST",
      headers: {
        "x-signature": token,
        "tus-resumable": "1.0.0",
        "upload-length": String(PAGE.length),
        "content-type": "application/offset+octet-stream",
        "upload-metadata": Object.entries(metadata)
          .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`).join(","),
      },
      body: PAGE,
    });
    assert.equal(response.status, 201, await response.text());
  },
  "deleting it": async (_, { client }, path) => void await client.storage.from("inputs").remove([path]),
};

Deno.test("what is handed over is what was checked", async (t) => {
  const environment = await startEnvironment();
  const { sql, deployment } = environment;
  const user = await environment.signUp(50);
  const { userId, accessToken: token } = user;
  const picture = drawPicture(16);
  const admin = createClient(deployment.apiUrl, deployment.secretKey, { auth: { persistSession: false } });
  try {
    await sql`insert into public.tools (tool, lane, titles, settings)
      values ('outside', 'external', '{"en": "Outside"}', ${sql.json(SETTINGS)})`;
    const given = async () => {
      const body = { lane: "external", worker: "w" };
      const { jobs: [job] } = claimResponse.parse(
        (await callFunction(environment, "workers-api/claim", { apiKey: deployment.secretKey, body })).body,
      );
      if (!job) return undefined;
      const file = await (await fetch(job.files.image?.[0] ?? "")).bytes();
      const done = { jobId: job.id, token: job.token, output: {} };
      await callFunction(environment, "workers-api/complete", { apiKey: deployment.secretKey, body: done });
      return { id: job.id, file };
    };
    const signedUpload = async () => {
      const body = { tool: "outside", field: "image", contentType: "image/png", size: picture.length };
      const answer = await callFunction(environment, "jobs/uploads", { token, body });
      const upload = answer.body as { path: string; token: string };
      const { error } = await user.client.storage.from("inputs")
        .uploadToSignedUrl(upload.path, upload.token, new Blob([picture], { type: "image/png" }));
      assert.equal(error, null);
      return upload;
    };

    for (const [how, swap] of Object.entries(SWAPS)) {
      await t.step(`a job that is to run later gets what was checked: ${how}`, async () => {
        const { path, token: uploadToken } = await signedUpload();
        const runAt = new Date(Date.now() + 600_000).toISOString();
        const body = { tool: "outside", input: { image: path }, runAt };
        const { job } = jobResponse.parse((await callFunction(environment, "jobs", { token, body })).body);
        await swap(environment, user, path, uploadToken);
        await sql`update public.jobs set run_at = null where id = ${job.id}`;
        assert.deepEqual(await given(), { id: job.id, file: picture });
      });
      await t.step(`so does one that is cancelled and done again: ${how}`, async () => {
        const { path, token: uploadToken } = await signedUpload();
        const old = await createJob(environment, user, "outside", { image: path });
        await callFunction(environment, `jobs/${old.id}`, { method: "DELETE", token });
        await swap(environment, user, path, uploadToken);
        const again = await callFunction(environment, `jobs/${old.id}/retry`, { token });
        assert.deepEqual(await given(), { id: jobResponse.parse(again.body).job.id, file: picture });
      });
    }

    await t.step("a file that is larger than its bucket takes is refused by the copy's size", async () => {
      await sql`update storage.buckets set file_size_limit = 4000 where id = 'inputs'`;
      const path = `${userId}/${crypto.randomUUID()}.png`;
      const bytes = new Uint8Array([...picture, ...PAGE]);
      const { error } = await user.client.storage.from("inputs").upload(path, new Blob([bytes]).stream(), {
        contentType: "image/png",
      });
      assert.equal(error, null, "Storage does not count what comes without a length");
      await sql`update storage.buckets set file_size_limit = null where id = 'inputs'`;
      const body = { tool: "outside", input: { image: path } };
      const answer = await callFunction(environment, "jobs", { token, body });
      assert.deepEqual([answer.status, codeOf(answer)], [413, "file_too_large"]);
      const inSql = sql`select public.create_job(${userId}, 'outside', ${sql.json({ image: path })})`;
      await assert.rejects(inSql, /this tool takes 4000/);
    });

    await t.step("a file without a byte is refused, not an error of ours", async () => {
      const path = await uploadInput(user, new Uint8Array());
      const answer = await callFunction(environment, "jobs", {
        token,
        body: { tool: "outside", input: { image: path } },
      });
      assert.deepEqual([answer.status, codeOf(answer)], [415, "unsupported_file_type"]);
    });

    await t.step(
      "a job that SQL creates gets its copy from the worker, checked by the same rules",
      async () => {
        const create = async (image: string): Promise<Job> => {
          const [row] = await sql`select to_jsonb(j) as job
          from public.create_job(${userId}, 'outside', ${sql.json({ image })}) j`;
          return toJob(row?.job);
        };
        const good = await create(await uploadInput(user, picture));
        assert.deepEqual(await given(), { id: good.id, file: picture });
        const page = await create(await uploadInput(user, PAGE.subarray(0, 1000)));
        assert.equal(await given(), undefined);
        const [{ status, error_code, refund } = {}] = await sql`
        select status, error_code, refund from public.jobs where id = ${page.id}`;
        assert.deepEqual([status, error_code, refund], ["failed", "unsupported_file_type", "paid"]);
      },
    );

    await t.step("nobody reads or writes among the copies", async () => {
      const [{ key } = {}] = await sql`select key from private.handed_files limit 1`;
      const own = await uploadInput(user, picture);
      const bucket = user.client.storage.from("handed");
      const other = `${userId}/${crypto.randomUUID()}`;
      for (
        const { error } of [
          await bucket.download(key),
          await bucket.upload(other, picture),
          await bucket.upload(key, picture, { upsert: true }),
          await bucket.createSignedUrl(key, 60),
          await bucket.createSignedUploadUrl(other),
          await bucket.copy(key, other, { destinationBucket: "inputs" }),
          await user.client.storage.from("inputs").copy(own, other, { destinationBucket: "handed" }),
          await user.client.storage.from("inputs").move(own, other, { destinationBucket: "handed" }),
          await environment.anonymous().storage.from("handed").download(key),
        ]
      ) assert.ok(error);
      assert.deepEqual((await bucket.list(userId)).data, []);
      assert.deepEqual((await bucket.remove([key])).data, []);
    });

    await t.step("an address at which a file can be read is kept nowhere", async () => {
      await sql`update public.tools set lane = 'fal', is_enabled = true where tool = 'image'`;
      const images = [await uploadInput(user, picture)];
      const { id, status } = await runJob(environment, user, "image", { prompt: "in winter", images });
      assert.equal(status, "completed");
      const [{ kept } = {}] = await sql`
        select jsonb_agg(to_jsonb(a))::text || (select to_jsonb(j)::text from public.jobs j where id = ${id}) as kept
        from public.job_attempts a where job_id = ${id}`;
      assert.doesNotMatch(kept, /object\/sign/);
      assert.match(kept, /"files": \{"images": \[""\]\}/, "but that there was a file is");
    });

    await t.step("copies that no job has any more are deleted", async () => {
      const own = await uploadInput(user, picture);
      const lost = `${userId}/${crypto.randomUUID()}.png`;
      await admin.storage.from("inputs").copy(own, lost, { destinationBucket: "handed" });
      await sql`update storage.objects set created_at = now() - interval '2 hours' where bucket_id = 'handed'`;
      await sql`select private.sweep_handed('0 seconds')`;
      const left = async () =>
        (await sql`select name from storage.objects where bucket_id = 'handed' order by name`)
          .map(({ name }) => name);
      const had = (await sql`select distinct key from private.handed_files order by key`).map(({ key }) =>
        key
      );
      assert.ok(had.length > 0 && (await left()).length > had.length);
      await eventually(async () => {
        await callFunction(environment, "worker", { apiKey: deployment.secretKey, body: {} });
        return (await left()).length <= had.length || undefined;
      }, { what: "the end of the copies", timeoutMs: 20_000 });
      assert.deepEqual(await left(), had);
    });
  } finally {
    await environment.close();
  }
});
