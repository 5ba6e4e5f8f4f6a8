import assert from "node:assert/strict";
import { callFunction, codeOf, uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

/** Jobs, entries and balance of a user: what must not change when something is refused. */
async function standing(environment: Environment, userId: string): Promise<unknown> {
  const [row] = await environment.sql`
    select (select count(*) from public.jobs where user_id = ${userId})::integer as jobs,
           (select count(*) from public.credit_entries where user_id = ${userId})::integer as entries,
           (select balance from public.credit_accounts where user_id = ${userId})::integer as balance`;
  return { ...row };
}

Deno.test("bad input gets a stable code, and nothing is written or charged", async (t) => {
  const environment = await startEnvironment();
  const user = await environment.signUp(5);
  const { client, userId, accessToken: token } = user;
  const other = await environment.signUp(5);
  const image = await uploadInput(user, drawPicture(16));
  const before = await standing(environment, userId);

  const refuses = (
    name: string,
    status: number,
    code: string,
    body: unknown,
    options: { token?: string } = { token },
  ) =>
    t.step(`${name}: ${status} ${code}`, async () => {
      const answer = await callFunction(environment, "jobs", { ...options, body });
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.equal(codeOf(answer), code);
      assert.deepEqual(await standing(environment, userId), before);
    });
  const field = async (body: unknown) => {
    const answer = await callFunction(environment, "jobs", { token, body });
    return (answer.body as { error: { details: { field?: string } } }).error.details.field;
  };

  try {
    const good = { tool: "upscaler", input: { image } };
    await refuses("not signed in", 401, "unauthenticated", good, {});
    await refuses("a token that is none", 401, "unauthenticated", good, {
      token: "eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
    });
    await refuses("not JSON", 400, "invalid_json", "{");
    await refuses("an unknown tool", 404, "unknown_tool", { ...good, tool: "teleporter" });
    await refuses("an input that fails the schema", 422, "invalid_input", {
      ...good,
      input: { image, scale: 3 },
    });
    await refuses("an input with a field too many", 422, "invalid_input", {
      ...good,
      input: { image, colour: "red" },
    });
    await refuses("a body with a field too many", 422, "invalid_input", { ...good, urgency: 9 });
    await refuses("a priority above the tool's own", 422, "invalid_priority", { ...good, priority: 1 });
    await refuses("a file that is not there", 422, "file_not_found", {
      ...good,
      input: { image: `${userId}/nothing.png` },
    });

    await t.step("the field at fault is named", async () => {
      assert.equal(await field({ ...good, input: { image, scale: 3 } }), "input.scale");
      assert.equal(await field({ ...good, input: { image, colour: "red" } }), "input.colour");
      assert.equal(await field({ ...good, input: { image: `${userId}/nothing.png` } }), "image");
    });

    const theirs = await uploadInput(other, drawPicture(16));
    await refuses("another user's file", 422, "file_not_found", { ...good, input: { image: theirs } });
    const text = await uploadInput(user, new TextEncoder().encode("I am no image, whatever my name says"));
    await refuses("a file that is no image", 415, "unsupported_file_type", {
      ...good,
      input: { image: text },
    });

    await environment
      .sql`update public.tools set settings = jsonb_set(settings, '{files,image,max_bytes}', '100') where tool = 'upscaler'`;
    await refuses("a file that is too large", 413, "file_too_large", good);
    await environment
      .sql`update public.tools set settings = jsonb_set(settings, '{files,image,max_bytes}', '31457280') where tool = 'upscaler'`;

    await environment.sql`update public.tools set is_enabled = false where tool = 'upscaler'`;
    await refuses("a disabled tool", 409, "tool_disabled", good);
    await environment.sql`update public.tools set is_enabled = true, credit_cost = 6 where tool = 'upscaler'`;
    await refuses("not enough credits", 402, "insufficient_credits", good);
    await environment.sql`update public.tools set credit_cost = 1 where tool = 'upscaler'`;

    const upload = (body: unknown) => callFunction(environment, "jobs/uploads", { token, body });
    const file = { tool: "upscaler", contentType: "image/png", size: 1000 };
    await t.step("an upload is refused before a byte of it is sent", async () => {
      assert.equal(
        codeOf(await upload({ ...file, contentType: "application/pdf" })),
        "unsupported_file_type",
      );
      assert.equal(codeOf(await upload({ ...file, size: 31457281 })), "file_too_large");
      assert.equal(codeOf(await upload({ ...file, tool: "teleporter" })), "unknown_tool");
      assert.equal(codeOf(await upload({ ...file, field: "scale" })), "invalid_input");
      assert.equal((await upload(file)).status, 201);
    });

    await t.step("the worker lets nobody in without the secret key", async () => {
      const publishable = await callFunction(environment, "worker", { body: {} });
      assert.equal(publishable.status, 401);
      assert.equal(codeOf(publishable), "unauthenticated");
      const user = await callFunction(environment, "worker", { token, body: {} });
      assert.equal(user.status, 401);
      const secret = await callFunction(environment, "worker", {
        apiKey: environment.deployment.secretKey,
        body: {},
      });
      assert.equal(secret.status, 202);
    });

    await t.step("users cannot call the engine behind the functions", async () => {
      const create = await client.rpc("create_job", {
        p_user_id: userId,
        p_tool: "upscaler",
        p_input: { image },
      });
      assert.equal(create.error?.code, "42501");
      const receive = await client.schema("worker").rpc("receive", { p_lane: "runninghub" });
      assert.equal(receive.error?.code, "42501");
      const write = await client.from("jobs").update({ status: "completed" }).eq("user_id", userId);
      assert.equal(write.error?.code, "42501");
    });

    // @acceptance 002:586-588
    await t.step("the same idempotency key is one job and one charge", async () => {
      const body = { ...good, idempotencyKey: "click-1" };
      const answers = await Promise.all(
        [1, 2, 3].map(() => callFunction(environment, "jobs", { token, body })),
      );
      const ids = new Set(answers.map((answer) => (answer.body as { job: { id: string } }).job.id));
      assert.deepEqual(answers.map(({ status }) => status), [201, 201, 201]);
      assert.equal(ids.size, 1);
      assert.deepEqual(await standing(environment, userId), { jobs: 1, entries: 2, balance: 4 });

      const larger = { ...body, input: { ...good.input, scale: 4 } };
      const conflict = await callFunction(environment, "jobs", { token, body: larger });
      assert.deepEqual([conflict.status, codeOf(conflict)], [409, "idempotency_conflict"]);
      const { details } = (conflict.body as { error: { details: { job_id: string } } }).error;
      assert.deepEqual(new Set([details.job_id]), ids);
    });
  } finally {
    await environment.close();
  }
});
