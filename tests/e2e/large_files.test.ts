import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { callFunction, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";

const MB = 1_000_000;

/** Sends a file of `bytes` through the upscaler, gets one of the same size back, and returns the peak memory on the way. */
async function passThrough(environment: Environment, user: User, bytes: number): Promise<number> {
  const usage = environment.deployment.usage ?? (() => Promise.resolve({ rss: NaN }));
  const file = new Uint8Array(bytes);
  file.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  environment.runninghub.misbehave({ times: 1, fault: { kind: "big_output", bytes } });
  const image = await uploadInput(user, file);
  const answer = await callFunction(environment, "jobs", {
    token: user.accessToken,
    body: { tool: "upscaler", input: { image } },
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  const { id } = (answer.body as { job: { id: string } }).job;

  let peak = 0;
  const job = await eventually(async () => {
    peak = Math.max(peak, (await usage()).rss);
    const [row] = await environment
      .sql`select status, output, error_message from public.jobs where id = ${id}`;
    return row?.status === "completed" || row?.status === "failed" ? row : undefined;
  }, { timeoutMs: 90_000, what: "the job to end" });
  assert.equal(job.status, "completed", job.error_message);
  assert.equal(job.output.files[0].bytes, bytes);
  return peak;
}

Deno.test("the worker's memory stays flat: a file three times as large takes no more of it", async () => {
  const environment = await startEnvironment({ runninghub: { maxUploadBytes: 200 * MB } });
  try {
    await environment.sql`
      update public.tools set settings = jsonb_set(settings, '{files,image,max_bytes}', '200000000') where tool = 'upscaler'`;
    const user = await environment.signUp();
    // The first one also loads the functions, and lets the runtime grow to where its garbage collector sets in.
    const first = await passThrough(environment, user, 50 * MB);
    const second = await passThrough(environment, user, 150 * MB);
    if (Number.isNaN(second)) {
      return console.log("    the memory of this deployment's functions cannot be seen: not measured");
    }
    console.log(
      `    peak ${(first / MB).toFixed(0)} MB with a file of 50 MB, ${
        (second / MB).toFixed(0)
      } MB with one of 150 MB`,
    );
    assert.ok(second - first < 50 * MB, `it grew by ${second - first} bytes`);
  } finally {
    await environment.close();
  }
});
