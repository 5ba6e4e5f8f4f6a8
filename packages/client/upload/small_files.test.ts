import assert from "node:assert/strict";
import { ANA, withUploads } from "./upload_fixture.ts";

const file = new File([new Uint8Array(1000).fill(7)], "photo.png", { type: "image/png" });
const code = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

Deno.test("a small file is sent whole to the place that the functions give, and its path is what comes back", () =>
  withUploads(async ({ open, storage, wishes }) => {
    const seen: number[] = [];
    const upload = open().upload(file, { tool: "upscaler", onProgress: ({ sent }) => void seen.push(sent) });
    assert.deepEqual(upload.progress.getSnapshot(), { sent: 0, total: 1000 });
    assert.deepEqual(await upload, { path: `${ANA}/1.png` });
    assert.deepEqual(wishes, [{ tool: "upscaler", field: "image", contentType: "image/png", size: 1000 }]);
    assert.deepEqual(storage.objects.get(`${ANA}/1.png`), { bytes: await file.bytes(), type: "image/png" });
    assert.deepEqual(seen, [1000]);
    assert.deepEqual(upload.progress.getSnapshot(), { sent: 1000, total: 1000 });
  }));

Deno.test("what the network lost is sent again, to the same place, and a lost answer is no second file", () =>
  withUploads(async ({ open, storage, wishes }) => {
    storage.faults.set("PUT", ["cut", { status: 503, body: "" }, "answer lost"]);
    assert.deepEqual(await open().upload(file, { tool: "upscaler" }), { path: `${ANA}/1.png` });
    assert.equal(wishes.length, 1);
    assert.equal(storage.log.length, 4);
    assert.deepEqual(storage.objects.get(`${ANA}/1.png`)?.bytes, await file.bytes());
  }));

Deno.test("a network that stays away is an error with a code, after a few tries", () =>
  withUploads(async ({ open, storage }) => {
    storage.faults.set("PUT", Array(20).fill("cut"));
    await assert.rejects(open().upload(file, { tool: "upscaler" }), code("network"));
    assert.equal(storage.log.length, 6);
  }));

Deno.test("what the functions or Storage refuse is refused with its code, and is not sent again", () =>
  withUploads(async (world) => {
    world.refuse = "file_too_large";
    await assert.rejects(world.open().upload(file, { tool: "upscaler" }), code("file_too_large"));
    assert.deepEqual(world.storage.log, []);
    world.refuse = null;
    const body = (statusCode: string) => JSON.stringify({ statusCode, message: "no" });
    world.storage.faults.set("PUT", [
      { status: 400, body: body("415") },
      { status: 400, body: body("413") },
      { status: 400, body: body("403") },
    ]);
    for (const refusal of ["unsupported_file_type", "file_too_large", "forbidden"]) {
      await assert.rejects(world.open().upload(file, { tool: "upscaler" }), code(refusal));
    }
    assert.equal(world.storage.log.length, 3);
  }));

Deno.test("an upload ends when its caller, the client or its user goes", () =>
  withUploads(async (world) => {
    const aborted = AbortSignal.abort(new Error("enough"));
    await assert.rejects(world.open().upload(file, { tool: "upscaler", signal: aborted }), /enough/);
    assert.deepEqual(world.wishes, []);

    const leaving = world.open().upload(file, { tool: "upscaler" });
    world.signIn(null);
    await assert.rejects(leaving, code("user_changed"));
    await assert.rejects(world.open().upload(file, { tool: "upscaler" }), code("unauthenticated"));

    world.signIn(ANA);
    const uploads = world.open();
    const closing = uploads.upload(file, { tool: "upscaler" });
    uploads.close();
    await assert.rejects(closing, code("closed"));
  }));

Deno.test("a file whose type no system knows has that of its name", () =>
  withUploads(async ({ open, wishes }) => {
    const upload = (name: string, contentType?: string) =>
      open().upload(new File(["x"], name), {
        tool: "video_upscaler",
        field: "video",
        ...contentType && { contentType },
      });
    for (const name of ["clip.MOV", "clip.mp4", "clip"]) await upload(name);
    await upload("clip.mp4", "IMAGE/JPG; q=1");
    await open().upload(new Blob(["x"]), { tool: "video_upscaler" });
    assert.deepEqual(wishes.map(({ contentType }) => contentType), [
      "video/quicktime",
      "video/mp4",
      "application/octet-stream",
      "image/jpeg",
      "application/octet-stream",
    ]);
  }));
