import { eventually } from "@esteira/local-supabase/testing";
import { generatedFile } from "@esteira/simulators/kit/generated_files";
import assert from "node:assert/strict";
import { type JobEvent, jobEvent } from "../../shared/rows/events.ts";
import { jobsTopic } from "../../shared/words/topics.ts";
import { uploadInput } from "../world/api.ts";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

const TOOLS = ["upscaler", "pose_changer", "veste_ai", "video_upscaler"] as const;

/** Signs up somebody and makes them an admin, as an operator does it: app_metadata.role, then a fresh token. */
async function signUpAdmin(environment: Environment): Promise<User> {
  const user = await environment.signUp(0);
  await environment.sql`
    update auth.users set raw_app_meta_data = raw_app_meta_data || '{"role": "admin"}' where id = ${user.userId}`;
  const { data, error } = await user.client.auth.refreshSession();
  if (error || !data.session) throw error ?? new Error("Refreshing gave no session");
  return { ...user, accessToken: data.session.access_token };
}

/** The query of JobDebugModal.tsx in document 004, word for word. */
const debugQuery = async (
  { client: supabase }: User,
  tableName: `${typeof TOOLS[number]}_jobs`,
  jobId: string,
) =>
  await supabase
    .from(tableName)
    .select(`
    id, status, current_step, failed_at_step,
    error_message, step_history,
    raw_api_response, raw_webhook_payload,
    created_at, started_at, completed_at
  `)
    .eq("id", jobId)
    .single();

Deno.test("the queries of document 004 answer through the Data API", async (t) => {
  const environment = await startEnvironment();
  try {
    const [owner, stranger, admin] = [
      await environment.signUp(11),
      await environment.signUp(0),
      await signUpAdmin(environment),
    ];
    const events: JobEvent[] = [];
    const joined = Promise.withResolvers<void>();
    owner.client.channel(jobsTopic(owner.userId), { config: { private: true } })
      .on("broadcast", { event: "*" }, ({ payload }) => events.push(jobEvent.parse(payload)))
      .subscribe((status) => status === "SUBSCRIBED" && joined.resolve());
    await joined.promise;

    const image = await uploadInput(owner, drawPicture(24));
    const video = await uploadInput(owner, generatedFile("film", "video/mp4").slice(), "video/mp4");
    const inputs = {
      upscaler: { image, scale: 2 },
      pose_changer: { person_image: image, reference_image: image },
      veste_ai: { person_image: image, clothing_image: image },
      video_upscaler: { video },
    };
    const ids = new Map<string, string>();
    for (const tool of TOOLS) {
      const [job] = await environment.sql`
        select id from public.create_job(${owner.userId}, ${tool}, ${environment.sql.json(inputs[tool])})`;
      ids.set(tool, job?.id);
    }
    const idOf = (tool: string) => ids.get(tool) ?? "";
    const ended = (id: string) =>
      events.some(({ new: { id: other, status } }) => other === id && status === "completed");
    await eventually(() => [...ids.values()].every(ended) || undefined, {
      what: "all four to be completed, as realtime tells it",
      timeoutMs: 30_000,
    });

    for (const tool of TOOLS) {
      // @acceptance 004:370-386, 004:412
      await t.step(`JobDebugModal on ${tool}_jobs`, async () => {
        const forOwner = await debugQuery(owner, `${tool}_jobs`, idOf(tool));
        assert.equal(forOwner.error, null);
        assert.equal(forOwner.data.status, "completed");
        assert.equal(forOwner.data.current_step, "completed");
        assert.equal(forOwner.data.failed_at_step, null);
        assert.ok(Array.isArray(forOwner.data.step_history) && forOwner.data.step_history.length >= 8);
        assert.equal(forOwner.data.raw_api_response, null, "what came raw is not for owners");
        assert.equal(forOwner.data.raw_webhook_payload, null);

        const forAdmin = await debugQuery(admin, `${tool}_jobs`, idOf(tool));
        assert.equal(forAdmin.error, null);
        assert.ok(forAdmin.data.raw_api_response && forAdmin.data.raw_webhook_payload, "but for admins");
        assert.deepEqual(
          { ...forAdmin.data, raw_api_response: null, raw_webhook_payload: null },
          forOwner.data,
        );

        const forStranger = await debugQuery(stranger, `${tool}_jobs`, idOf(tool));
        assert.equal(forStranger.error?.code, "PGRST116", "a stranger is told that there is none");
      });
    }

    await t.step("a view of one tool has no jobs of another", async () => {
      assert.equal((await debugQuery(admin, "upscaler_jobs", idOf("veste_ai"))).error?.code, "PGRST116");
    });

    // @acceptance 004:105-126
    await t.step("logStep() and the other updates of a job are refused", async () => {
      for (const { client } of [owner, admin]) {
        const { error, status } = await client.from("upscaler_jobs")
          .update({ current_step: "running", step_history: [] })
          .eq("id", idOf("upscaler"));
        assert.equal(error?.code, "42501");
        assert.equal(status, 403);
      }
    });

    // @acceptance 004:195-207
    await t.step("a broadcast shows the fields that the pages of document 004 read", () => {
      const mine = events.filter(({ new: { id } }) => id === idOf("video_upscaler"));
      for (const { new: row } of mine) {
        for (
          const field of ["status", "current_step", "failed_at_step", "error_message", "output_url"] as const
        ) {
          assert.ok(field in row, field);
        }
      }
      assert.ok(mine.at(-1)?.new.output_url);
      // Three slots: the fourth has waited. Its place came with the step that gave it, and changes without the row.
      const queued = mine.flatMap(({ steps }) => steps).find(({ step }) => step === "queued");
      assert.equal(queued?.position, 1);
    });

    await t.step("position is a column too, while a job waits", async () => {
      await environment.sql`select ops.pause_lane('runninghub', 'a test')`;
      try {
        const [job] = await environment.sql`
          select id from public.create_job(${owner.userId}, 'upscaler', ${
          environment.sql.json({ image, scale: 2 })
        })`;
        const { data } = await owner.client.from("upscaler_jobs").select("status, position")
          .eq("id", job?.id).single();
        assert.deepEqual(data, { status: "pending", position: 1 });
      } finally {
        await environment.sql`select ops.resume_lane('runninghub')`;
      }
    });
  } finally {
    await environment.close();
  }
});
