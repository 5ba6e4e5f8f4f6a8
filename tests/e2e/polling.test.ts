/** A lane whose provider tells nothing: its tasks are asked about, and their jobs done soon after them. */
import { eventually, slowness } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { createJob, jobWhen, uploadInput } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";
import { openGate } from "../world/gate.ts";
import { moveTool } from "../world/move_tool.ts";
import { drawPicture } from "../world/picture.ts";

const TASK_MS = 4_000;
// At a cadence of a second; the rest is a slow machine's.
const SOON_MS = 2_000 + 1_000;

Deno.test("in a lane that is polled a job is done two seconds after its task", async (t) => {
  const environment = await startEnvironment({
    runninghub: { taskMs: TASK_MS },
    replicate: { taskMs: TASK_MS },
  });
  const { sql, runninghub, replicate } = environment;
  const gate = openGate(replicate.url);
  const user = await environment.signUp(50);
  const upscale = async () => {
    const image = await uploadInput(user, drawPicture(24));
    return (await createJob(environment, user, "upscaler", { image })).id;
  };
  const completed = async (id: string) =>
    await jobWhen(environment, user, id, ({ status }) => status === "completed", "the job to be completed");

  try {
    await sql`
      update private.lanes set delivery = 'poll', poll_after = '1 second', poll_every = '1 second'
      where lane = 'runninghub'`;
    runninghub.misbehave({ fault: { kind: "lost_webhook" } });

    await t.step("one job", async () => {
      const job = await completed(await upscale());
      const task = runninghub.tasks().find(({ id }) => id === job.request_id);
      const afterMs = Date.parse(job.completed_at ?? "") - (task?.endedAt?.getTime() ?? 0);
      assert.ok(afterMs <= SOON_MS * slowness(), `${afterMs} ms after its task`);
      assert.ok(!job.step_history.some(({ step }) => step === "webhook_received"));
    });

    await t.step("several at once", async () => {
      const ids = await Promise.all(Array.from({ length: 4 }, upscale));
      const jobs = await Promise.all(ids.map(completed));
      const tasks = new Map(runninghub.tasks().map((task) => [task.id, task]));
      for (const job of jobs) {
        const ended = tasks.get(job.request_id ?? "")?.endedAt?.getTime() ?? 0;
        assert.ok(Date.parse(job.completed_at ?? "") - ended <= SOON_MS * slowness());
      }
    });

    await t.step(
      "it costs a question a second for each job, and no more",
      async () => {
        await sql`
        update private.lanes set delivery = 'poll', poll_after = '1 second', poll_every = '1 second'
        where lane = 'replicate'`;
        await sql`
        update private.accounts set settings = settings || ${
          sql.json({ base_url: gate.url })
        } where lane = 'replicate'`;
        await moveTool(environment, "image", "replicate");
        replicate.misbehave({ fault: { kind: "lost_webhook" } });
        const questions = () => gate.requests.filter((request) => request.startsWith("GET ")).length;
        const image = async (prompt: string) => (await createJob(environment, user, "image", { prompt })).id;

        await completed(await image("alone"));
        const forOne = questions();
        const most = (TASK_MS + SOON_MS) / 1000 + 1; // the last one is for the result
        assert.ok(forOne > 1 && forOne <= most, `${forOne} questions`);
        const ids = await Promise.all(Array.from({ length: 4 }, (_, n) => image(`one of four: ${n}`)));
        await Promise.all(ids.map(completed));
        const forFour = questions() - forOne;
        assert.ok(forFour <= 4 * most, `${forFour} questions for four`);
      },
    );

    await t.step("no question is left, and no worker stays for nothing", async () => {
      await eventually(async () => {
        const [left] = await sql`select worker.next_look() as look`;
        return left?.look === null || undefined;
      }, { what: "nothing to be waited for" });
    });
  } finally {
    await gate.close();
    await environment.close();
  }
});
