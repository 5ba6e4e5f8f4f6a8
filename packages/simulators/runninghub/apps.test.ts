import { encode } from "fast-png";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { generatedFile } from "../kit/generated_files.ts";
import { outputBytes } from "../kit/output.ts";
import { withHub } from "./runninghub_client_fixture.ts";

const VIDEO_APP = "1904163390028185602";
const IMAGE_APP = "1904163390028185604";
const apps = { [VIDEO_APP]: { output: "video" }, [IMAGE_APP]: { output: "image" } } as const;
const PNG = new Uint8Array(encode({ width: 3, height: 2, channels: 3, data: new Uint8Array(18) }));

Deno.test("an app that makes videos takes one and leaves an MP4 that depends on the task, after the preview", () =>
  withHub({ apps }, async (hub) => {
    const fieldValue = await hub.uploaded(generatedFile("film", "video/mp4").slice(), "film.mp4");
    const nodeInfoList = [{ nodeId: "7", fieldName: "video", fieldValue }];
    const { taskId, result } = await hub.ended(await hub.started({ webappId: VIDEO_APP, nodeInfoList }));
    const { data } = await hub.ask("outputs", taskId);
    const listed = (data as { fileType: string; nodeId: string; fileUrl: string }[]).map(
      ({ fileType, nodeId }) => [fileType, nodeId],
    );
    assert.deepEqual(listed, [["png", "2"], ["mp4", "9"]]);
    const response = await fetch(result?.fileUrl ?? "");
    assert.equal(response.headers.get("content-type"), "video/mp4");
    assert.ok(Buffer.from(await response.bytes()).equals(outputBytes(taskId, "video/mp4")));
  }));

Deno.test("an app that makes new images upscales nothing, whatever and however many it takes", () =>
  withHub({ apps }, async (hub) => {
    const images = [await hub.uploaded(PNG, "person.png"), await hub.uploaded(PNG, "clothes.jpg")];
    const nodeInfoList = images.map((fieldValue, n) => ({
      nodeId: String(n),
      fieldName: "image",
      fieldValue,
    }));
    const first = await hub.ended(await hub.started({ webappId: IMAGE_APP, nodeInfoList }));
    const second = await hub.ended(await hub.started({ webappId: IMAGE_APP, nodeInfoList }));
    const content = await (await fetch(first.result?.url ?? "")).bytes();
    assert.ok(Buffer.from(content).equals(outputBytes(first.taskId, "image/png")));
    assert.notEqual(first.result?.sha256, second.result?.sha256);
  }));

Deno.test("a video node wants an uploaded file or a URL", () =>
  withHub({ apps }, async (hub) => {
    const run = (fieldValue: string) =>
      hub.run({ webappId: VIDEO_APP, nodeInfoList: [{ nodeId: "7", fieldName: "video", fieldValue }] });
    assert.equal((await run("film.mp4")).code, 803);
    assert.equal((await run("https://example.com/film.mp4")).code, 0);
  }));

Deno.test("big_output of a video app is a big video", () =>
  withHub({ apps }, async (hub) => {
    hub.simulator.misbehave({ fault: { kind: "big_output", bytes: 300_000 } });
    const { result } = await hub.ended(await hub.started({ webappId: VIDEO_APP }));
    assert.deepEqual([result?.bytes, result?.fileType], [300_000, "mp4"]);
    const content = Buffer.from(await (await fetch(result?.url ?? "")).bytes());
    assert.equal(content.toString("latin1", 4, 8), "ftyp");
  }));
