/** Files can be read by the owner of a completed job that lists them, and by nobody else, nor at any other time. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import {
  type ClaimedJob,
  claimResponse,
  resultUploadResponse,
} from "../../shared/requests/requests_workers.ts";
import { callFunction, uploadInput } from "../world/api.ts";
import { drawPicture } from "../world/picture.ts";
import { Scene } from "../world/scene.ts";
import { addFingerprintTool, createFingerprint } from "./workers.ts";

const picture = drawPicture(16);

Deno.test("who is refunded has no result, though a worker has made and stored one", async (t) => {
  const scene = await Scene.start();
  const { environment, user } = scene;
  await addFingerprintTool(environment);
  const image = await uploadInput(user, picture);

  const worker = async (route: string, body: Record<string, unknown>): Promise<unknown> => {
    const apiKey = environment.deployment.secretKey;
    const answer = await callFunction(environment, `workers-api/${route}`, { apiKey, body });
    assert.ok(answer.status < 300, JSON.stringify(answer));
    return answer.body;
  };
  /** A job that a worker has claimed, and what it has stored for it. */
  const madeJob = async () => {
    const id = await createFingerprint(environment, user, { image });
    const { jobs: [job] } = claimResponse.parse(await worker("claim", { lane: "external", worker: "w" }));
    assert.equal(job?.id, id);
    const attempt = { jobId: id, token: job.token };
    return { ...attempt, attempt, path: await store(attempt, "result.png") };
  };
  const store = async (
    attempt: { jobId: string; token: ClaimedJob["token"] },
    name: string,
  ): Promise<string> => {
    const request = { ...attempt, contentType: "image/png", size: picture.length, name };
    const { path, signedUrl } = resultUploadResponse.parse(await worker("uploads", request));
    const headers = { "content-type": "image/png" };
    const answer = await fetch(signedUrl, { method: "PUT", headers, body: picture });
    assert.equal(answer.status, 200, await answer.text());
    return path;
  };
  const isRead = async (path: string) =>
    (await user.client.storage.from("outputs").download(path)).error === null;
  const isSigned = async (path: string) =>
    (await user.client.storage.from("outputs").createSignedUrl(path, 60)).error === null;
  /** Nobody can read what is stored for a job, and soon nothing is. */
  const isGone = async (jobId: string, path: string) => {
    assert.deepEqual([await isRead(path), await isSigned(path)], [false, false]);
    await eventually(async () => (await scene.files(jobId)).length === 0 || undefined, {
      what: "the file to be deleted",
      timeoutMs: 20_000,
    });
  };

  try {
    await t.step("a result is read when its job has completed, and only what the job lists", async () => {
      const { attempt, jobId, path } = await madeJob();
      const scrap = await store(attempt, "scrap.png");
      assert.deepEqual([await isRead(path), await isSigned(path)], [false, false], "the job still runs");
      await worker("complete", { ...attempt, files: [{ path }] });
      await scene.completed(jobId);
      assert.deepEqual([await isRead(path), await isSigned(path)], [true, true]);
      assert.deepEqual(
        [await isRead(scrap), await isSigned(scrap)],
        [false, false],
        "nobody has bought that",
      );
    });

    await t.step("cancelled, and its worker is done all the same: withheld, and no result", async () => {
      const { attempt, jobId, path } = await madeJob();
      assert.equal((await scene.cancel(jobId)).status, 200);
      assert.equal((await scene.job(jobId)).refund, "due", "until its worker speaks or its lease ends");
      assert.deepEqual(await worker("complete", { ...attempt, files: [{ path }] }), { verdict: "late" });
      assert.equal(await scene.refund(jobId), "withheld");
      assert.deepEqual(await scene.ledger(jobId), ["charge"]);
      await isGone(jobId, path);
    });

    await t.step("cancelled, and its worker stops: paid back, and no result", async () => {
      const { attempt, jobId, path } = await madeJob();
      assert.equal((await scene.cancel(jobId)).status, 200);
      await worker("fail", { ...attempt, retryClass: "never", code: "stopped", message: "as you wish" });
      assert.equal(await scene.refund(jobId), "paid");
      assert.deepEqual(await scene.ledger(jobId), ["charge", "refund"]);
      await isGone(jobId, path);
    });

    await t.step("failed after the result was stored: paid back, and no result", async () => {
      const { attempt, jobId, path } = await madeJob();
      await worker("fail", { ...attempt, retryClass: "never", code: "bad_light", message: "Too dark" });
      const { status, refund } = await scene.ended(jobId);
      assert.deepEqual([status, refund], ["failed", "paid"]);
      await isGone(jobId, path);
    });

    await scene.creditsAddUp();
  } finally {
    await scene.close();
  }
});
