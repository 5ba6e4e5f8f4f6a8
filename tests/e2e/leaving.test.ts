/** Users who are deleted and accounts that are removed while tasks run: nothing is lost, held or left behind. */
import { eventually } from "@esteira/local-supabase/testing";
import { createClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { callFunction } from "../world/api.ts";
import { Scene, taskOf, tasksOf } from "../world/scene.ts";

Deno.test("users leave and accounts are removed while their tasks run", async (t) => {
  const scene = await Scene.start();
  const { environment, user } = scene;
  const { runninghub, kie, deployment, sql } = environment;
  const held = async (lane: string) => {
    const slots = await sql`select from private.slots where lane = ${lane} and token is not null`;
    return slots.length;
  };
  const slotsAreFree = (lane: string) =>
    eventually(async () => await held(lane) === 0 || undefined, {
      what: "the slots to be free",
      timeoutMs: 20_000,
    });
  const accountOf = async (lane: string) => {
    const [account] = await sql`select * from private.accounts where lane = ${lane}`;
    return account;
  };

  try {
    await t.step("an account that is removed lets its task end, and gives what waits to nobody", async () => {
      const { account_id, secret_name, webhook_secret_name } = await accountOf("kie") ?? {};
      kie.misbehave({ contains: "under way", fault: { kind: "slow", ms: 2500 } });
      const { id } = await scene.running(await scene.image("under way"));
      const [removed] = await sql`select ops.remove_account(${account_id}) as running`;
      assert.equal(removed?.running, 1);
      const waits = await scene.image("comes too late");
      assert.equal((await accountOf("kie"))?.secret_name, secret_name, "its key is kept until then");
      await scene.completed(id);
      await slotsAreFree("kie");
      await sql`select worker.reap()`;
      assert.equal((await accountOf("kie"))?.secret_name, null, "and forgotten afterwards");
      const { status, refundable } = await scene.job(waits);
      assert.deepEqual([status, refundable, tasksOf(kie, waits).length], ["pending", true, 0]);

      await sql`
        select ops.add_account('kie', 'another', ${secret_name}, 2, p_webhook_secret_name => ${webhook_secret_name},
          p_settings => ${sql.json({ base_url: kie.url })})`;
      await scene.completed(waits);
    });

    await t.step("a user who is deleted leaves no task, no slot and no file; the ledger stays", async () => {
      const done = await scene.completed(await scene.upscale());
      const path = done.output?.files[0]?.path ?? "";
      runninghub.misbehave({ times: 1, fault: { kind: "slow", ms: 60_000 } });
      const { id } = await scene.running(await scene.upscale());
      const [before] = await sql`
        select count(*)::integer as entries, sum(amount)::integer as total from public.credit_entries`;

      const admin = createClient(deployment.apiUrl, deployment.secretKey, {
        auth: { persistSession: false },
      });
      const { error } = await admin.auth.admin.deleteUser(user.userId);
      assert.equal(error, null);
      const jobs = await sql`select from public.jobs where user_id = ${user.userId}`;
      assert.equal(jobs.length, 0);

      await eventually(async () => (await taskOf(runninghub, id)).outcome ?? undefined, {
        what: "the task to be stopped",
        timeoutMs: 20_000,
      });
      assert.equal((await taskOf(runninghub, id)).outcome, "cancelled");
      await slotsAreFree("runninghub");
      const [after] = await sql`
        select count(*)::integer as entries, sum(amount)::integer as total from public.credit_entries`;
      assert.deepEqual({ ...after }, { ...before });
      await scene.creditsAddUp();
      await eventually(async () => {
        const files = await sql`select from storage.objects where name like ${`${user.userId}/%`}`;
        return files.length === 0 || undefined;
      }, { what: "the files to be deleted", timeoutMs: 20_000 });
      assert.ok((await admin.storage.from("outputs").download(path)).error, "for the operator too");
    });

    await t.step("the token of who is gone is answered with 401 everywhere", async () => {
      const gone = { token: user.accessToken };
      const id = crypto.randomUUID();
      const routes: [string, string, unknown?][] = [
        ["jobs", "POST", { tool: "image", input: { prompt: "again" } }],
        ["jobs", "POST", { tool: "upscaler", input: { image: `${user.userId}/a.png`, scale: 2 } }],
        ["jobs/batch", "POST", { jobs: [{ tool: "image", input: { prompt: "again" } }] }],
        ["jobs", "GET"],
        ["jobs/tools", "GET"],
        ["jobs/credits", "GET"],
        ["jobs/uploads", "POST", { tool: "upscaler", field: "image", contentType: "image/png", size: 9 }],
        ["jobs/realtime-config", "GET"],
        ["jobs/by-request/t1", "GET"],
        [`jobs/by-id?id=${id}`, "GET"],
        [`jobs/${id}`, "GET"],
        [`jobs/${id}/position`, "GET"],
        [`jobs/${id}`, "DELETE"],
        [`jobs/${id}/retry`, "POST"],
        ["models", "GET"],
        [`models/${id}/status`, "GET"],
      ];
      for (const [path, method, body] of routes) {
        const { status, body: answer } = await callFunction(environment, path, { ...gone, method, body });
        assert.equal(status, 401, `${method} ${path}: ${JSON.stringify(answer)}`);
      }
      const api = createClient(deployment.apiUrl, deployment.publishableKey, {
        auth: { persistSession: false },
        global: { headers: { authorization: `Bearer ${user.accessToken}` } },
      });
      for (const table of ["tools", "jobs", "credit_entries", "projects"]) {
        assert.equal(
          (await api.from(table).select(table === "tools" ? "tool" : "*").limit(1)).status,
          401,
          table,
        );
      }
    });
  } finally {
    await scene.close();
  }
});
