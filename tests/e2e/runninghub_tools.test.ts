/** The tools of RunningHub beside the plain upscaler: several files, videos, and several apps for one tool. */
import { generatedFile } from "@esteira/simulators/kit/generated_files";
import { outputBytes } from "@esteira/simulators/kit/output";
import assert from "node:assert/strict";
import { runJob, uploadInput } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

Deno.test("every tool of RunningHub goes from its files to its result", async (t) => {
  const environment = await startEnvironment();
  const user = await environment.signUp(30);
  const nodesOfLastTask = () =>
    environment.runninghub.tasks().at(-1)?.nodeInfoList.map(({ nodeId, fieldName }) =>
      `${nodeId}.${fieldName}`
    );
  const downloaded = async (path: string | undefined) => {
    const { data, error } = await user.client.storage.from("outputs").download(path ?? "");
    if (error) throw error;
    return new Uint8Array(await data.arrayBuffer());
  };

  try {
    for (
      const [tool, second, nodes] of [
        ["veste_ai", "clothing_image", ["41.image", "43.image"]],
        ["pose_changer", "reference_image", ["27.image", "60.image"]],
      ] as const
    ) {
      // @acceptance 004:296-299
      await t.step(`${tool} hands over both pictures and keeps one result`, async () => {
        const input = {
          person_image: await uploadInput(user, drawPicture(24)),
          [second]: await uploadInput(user, drawPicture(32)),
        };
        const job = await runJob(environment, user, tool, input);
        assert.equal(job.status, "completed", job.error_message ?? "");
        const steps = job.step_history.map(({ step }) => step);
        assert.deepEqual(steps.slice(0, 3), ["upload", "upload", "insert"]);
        assert.deepEqual(nodesOfLastTask(), nodes);
        assert.equal(job.output?.files.length, 1, "the preview is left out");
        const bytes = await downloaded(job.output?.files[0]?.path);
        assert.deepEqual(bytes, outputBytes(job.request_id ?? "", "image/png"));
      });
    }

    // @acceptance 004:296-299, 004:301
    await t.step("a video goes in and a video comes out", async () => {
      const video = await uploadInput(user, generatedFile("film", "video/mp4").slice(), "video/mp4");
      const job = await runJob(environment, user, "video_upscaler", { video });
      assert.equal(job.status, "completed", job.error_message ?? "");
      assert.deepEqual(nodesOfLastTask(), ["3.video"]);
      const [file] = job.output?.files ?? [];
      assert.deepEqual([file?.content_type, file?.path.split(".").at(-1)], ["video/mp4", "mp4"]);
      assert.deepEqual(
        await downloaded(file?.path),
        new Uint8Array(outputBytes(job.request_id ?? "", "video/mp4")),
      );
    });

    await t.step(
      "a variant of the upscaler runs in its own app, with its own nodes, and the history says so",
      async () => {
        const image = await uploadInput(user, drawPicture(24));
        const far = await runJob(environment, user, "upscaler", {
          image,
          variant: "far",
          detail: 0.4,
          prompt: "a crowd",
        });
        assert.equal(far.status, "completed", far.error_message ?? "");
        assert.equal(
          far.step_history.find(({ step }) => step === "starting")?.webappId,
          "1899270316604620802",
        );
        const task = environment.runninghub.tasks().at(-1);
        assert.equal(task?.webappId, "1899270316604620802");
        assert.deepEqual(
          task?.nodeInfoList.slice(1).map(({ nodeId, fieldValue }) => [nodeId, fieldValue]),
          [["165", "0.4"], ["98", "a crowd"]],
        );
      },
    );

    await t.step(
      "a variant that the operator has not set up fails before it is sent, and is refunded",
      async () => {
        await environment
          .sql`update public.tools set settings = settings #- '{variants,logo}' where tool = 'upscaler'`;
        const balance = async () =>
          (await user.client.from("credit_accounts").select("balance").single()).data?.balance;
        const before = await balance();
        const tasks = environment.runninghub.tasks().length;
        const image = await uploadInput(user, drawPicture(24));
        const job = await runJob(environment, user, "upscaler", { image, variant: "logo" });
        assert.deepEqual([job.status, job.error_code], ["failed", "tool_misconfigured"]);
        assert.match(job.error_message ?? "", /variants\.logo/);
        assert.deepEqual([await balance(), environment.runninghub.tasks().length], [before, tasks]);
      },
    );
  } finally {
    await environment.close();
  }
});
