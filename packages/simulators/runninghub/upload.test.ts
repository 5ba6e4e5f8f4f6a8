import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { generatedFile } from "../kit/generated_files.ts";
import { withHub } from "./runninghub_client_fixture.ts";

const CONTENT = new Uint8Array(5_000).map((_, n) => n * 13);

Deno.test("an upload is answered with the name that nodes use for it", () =>
  withHub({}, async (hub) => {
    const digest = createHash("sha256").update(CONTENT).digest("hex");
    const answer = await hub.upload(CONTENT, "My Photo.PNG");
    assert.deepEqual(answer, {
      code: 0,
      msg: "success",
      data: { fileName: `api/${digest}.png`, fileType: "input" },
    });
    assert.deepEqual(await hub.upload(CONTENT, "the same again.png"), answer);
  }));

Deno.test("the same content again leaves the file alone that a task works on", () =>
  withHub({ taskMs: 80 }, async (hub) => {
    const fieldValue = await hub.uploaded(generatedFile("input", "image/png").slice());
    const taskId = await hub.started({ nodeInfoList: [{ nodeId: "39", fieldName: "image", fieldValue }] });
    assert.equal(await hub.uploaded(generatedFile("input", "image/png").slice()), fieldValue);
    assert.equal((await hub.ended(taskId)).status, "SUCCESS");
  }));

Deno.test("what is not kept is not left on disk", async () => {
  const tempDirectory = await Deno.makeTempDir({ prefix: "simulator-test-" });
  try {
    await withHub({ tempDirectory, maxUploadBytes: 5_000 }, async (hub) => {
      hub.simulator.misbehave({ contains: "cat", fault: { kind: "upload_code", code: 808, msg: "" } });
      hub.simulator.misbehave({
        contains: "dog",
        fault: { kind: "http_error", path: "upload", status: 500, times: 1 },
      });
      for (const name of ["cat.png", "dog.png", "program.exe", "kept.png", "again.png"]) {
        await (await hub.uploadRaw(CONTENT, name)).body?.cancel();
      }
      await (await hub.uploadRaw(CONTENT, "kept.png", "x".repeat(32))).body?.cancel();
      await (await hub.uploadRaw(new Uint8Array(5_001), "large.png")).body?.cancel();
      const [directory] = [...Deno.readDirSync(tempDirectory)];
      assert.equal([...Deno.readDirSync(`${tempDirectory}/${directory?.name}`)].length, 1);
    });
  } finally {
    await Deno.remove(tempDirectory, { recursive: true });
  }
});

Deno.test("a wrong key is refused with 802, whether in the form or in the header", () =>
  withHub({}, async (hub) => {
    const unauthorized = { code: 802, msg: "APIKEY_UNAUTHORIZED", data: null };
    const wrong = await hub.uploadRaw(CONTENT, "a.png", "x".repeat(32));
    assert.deepEqual(await wrong.json(), unauthorized);
    const form = new FormData();
    form.append("apiKey", hub.simulator.apiKey);
    form.append("file", new Blob([CONTENT]), "a.png");
    const response = await fetch(`${hub.simulator.url}/task/openapi/upload`, {
      method: "POST",
      headers: { authorization: "Bearer something else" },
      body: form,
    });
    assert.deepEqual(await response.json(), unauthorized);
  }));

Deno.test("a file over the limit is refused with 809, one of the limit is not", () =>
  withHub({ maxUploadBytes: CONTENT.length }, async (hub) => {
    assert.equal((await hub.upload(CONTENT)).code, 0);
    const larger = new Uint8Array(CONTENT.length + 1);
    assert.deepEqual(await hub.upload(larger), { code: 809, msg: "APIKEY_FILE_SIZE_EXCEEDED", data: null });
  }));

Deno.test("the limit is 30 MB by default", () =>
  withHub({}, async (hub) => {
    assert.equal((await hub.upload(new Uint8Array(30 * 1024 * 1024 + 1))).code, 809);
  }));

Deno.test("a kind of file that RunningHub does not take, no file at all and no form are refused with 301", () =>
  withHub({}, async (hub) => {
    const invalid = { code: 301, msg: "PARAMS_INVALID", data: null };
    assert.deepEqual(await hub.upload(CONTENT, "program.exe"), invalid);
    assert.deepEqual(await hub.post("/task/openapi/upload", {}), invalid);
    const form = new FormData();
    form.append("apiKey", hub.simulator.apiKey);
    const response = await fetch(`${hub.simulator.url}/task/openapi/upload`, { method: "POST", body: form });
    assert.deepEqual(await response.json(), invalid);
  }));

Deno.test("upload_code and http_error strike uploads by the name of the file and keep nothing", () =>
  withHub({}, async (hub) => {
    hub.simulator.misbehave({
      contains: "cat",
      times: 1,
      fault: { kind: "upload_code", code: 808, msg: "APIKEY_UPLOAD_FAILED" },
    });
    hub.simulator.misbehave({
      contains: "dog",
      fault: { kind: "http_error", path: "upload", status: 502, times: 1 },
    });
    assert.equal((await hub.upload(CONTENT, "bird.png")).code, 0);
    const refused = await hub.upload(new Uint8Array([1]), "cat.png");
    assert.deepEqual(refused, { code: 808, msg: "APIKEY_UPLOAD_FAILED", data: null });
    const broken = await hub.uploadRaw(new Uint8Array([1]), "dog.png");
    assert.equal(broken.status, 502);
    assert.match(await broken.text(), /<html>/);
    const fileName = `api/${createHash("sha256").update(new Uint8Array([1])).digest("hex")}.png`;
    const nodeInfoList = [{ nodeId: "39", fieldName: "image", fieldValue: fileName }];
    assert.equal((await hub.run({ nodeInfoList })).code, 803);
    assert.equal((await hub.upload(new Uint8Array([1]), "cat.png")).code, 0);
    assert.equal((await hub.upload(new Uint8Array([1]), "dog.png")).code, 0);
    assert.equal((await hub.run({ nodeInfoList })).code, 0);
  }));
