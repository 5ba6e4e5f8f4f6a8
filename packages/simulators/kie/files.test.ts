import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { generatedFile } from "../kit/generated_files.ts";
import { serveLocally } from "../kit/http_server.ts";
import { until } from "../kit/receiver_fixture.ts";
import { type TestKie, withKie } from "./kie_client_fixture.ts";

const PNG = generatedFile("input", "image/png");
const DIGEST = createHash("sha256").update(PNG).digest("hex");

/** Serves a file to the simulator, as a client's storage would. */
async function withStorage(
  answer: (path: string) => Response,
  test: (url: (path: string) => string) => Promise<void>,
): Promise<void> {
  const server = serveLocally((request) => answer(new URL(request.url).pathname));
  try {
    await test((path) => server.url + path);
  } finally {
    await server.close();
  }
}

function png(): Response {
  return new Response(PNG.slice(), { headers: { "content-type": "image/png" } });
}

function edited(kie: TestKie, ...imageUrls: string[]): Promise<string> {
  return kie.created({ image_urls: imageUrls }, { model: "google/nano-banana-edit" });
}

Deno.test("a task fetches each of its images, and shows what it got", () =>
  withStorage(png, (url) =>
    withKie({}, async (kie) => {
      const urls = [url("/a.png?token=1"), url("/b.png?token=2")];
      const task = await kie.ended(await edited(kie, ...urls));
      assert.equal(task.status, "succeeded");
      assert.deepEqual(task.inputs, urls.map((url) => ({ url, bytes: PNG.length, sha256: DIGEST })));
      const pro = await kie.created({ image_input: [url("/c.png")] }, { model: "nano-banana-pro" });
      assert.deepEqual((await kie.ended(pro)).inputs, [{
        url: url("/c.png"),
        bytes: PNG.length,
        sha256: DIGEST,
      }]);
    })));

Deno.test("a task fails when an image cannot be had, is none or is too large", () => {
  const answers: Record<string, () => Response> = {
    "/gone.png": () => new Response("no", { status: 400 }),
    "/page.png": () => new Response("<html>"),
    "/large.png": () => new Response(new Blob([PNG.slice(0, 8), new Uint8Array(10 * 1024 * 1024)])),
  };
  return withStorage((path) => answers[path]?.() ?? png(), (url) =>
    withKie({}, async (kie) => {
      const messages: unknown[] = [];
      for (const wrong of [...Object.keys(answers).map(url), "http://127.0.0.1:1/a.png"]) {
        const { id, status } = await kie.ended(await edited(kie, url("/good.png"), wrong));
        assert.equal(status, "failed", wrong);
        const record = await kie.record(id);
        assert.deepEqual([record.state, record.failCode], ["fail", "400"]);
        messages.push(record.failMsg);
      }
      assert.match(String(messages[0]), /HTTP 400/);
      assert.match(String(messages[1]), /not an image/);
      assert.match(String(messages[2]), /larger than 10MB/);
    }));
});

Deno.test("an uploaded stream is answered as documented and can be fetched and worked on", () =>
  withKie({}, async (kie) => {
    const form = new FormData();
    form.append("file", new Blob([PNG.slice()]), "photo.png");
    form.append("uploadPath", "images/mine");
    const answer = await kie.fetch("/api/file-stream-upload", { method: "POST", body: form });
    const { success, code, msg, data } = await answer.json();
    assert.deepEqual([success, code, msg], [true, 200, "File uploaded successfully"]);
    const { downloadUrl, fileUrl, expiresAt, ...rest } = data;
    assert.deepEqual(rest, {
      fileName: "photo.png",
      filePath: "images/mine/photo.png",
      fileSize: PNG.length,
      mimeType: "image/png",
    });
    assert.equal(downloadUrl, fileUrl);
    assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 24 * 3_600_000) < 10_000);
    assert.deepEqual(await (await fetch(downloadUrl)).bytes(), new Uint8Array(PNG));
    assert.equal((await kie.ended(await edited(kie, downloadUrl))).status, "succeeded");
  }));

Deno.test("files come from a URL or from base64 too; a name that is used again replaces the file", () =>
  withStorage(
    (path) => path === "/gone.png" ? new Response(null, { status: 404 }) : png(),
    (url) =>
      withKie({}, async (kie) => {
        const upload = async (kind: string, body: unknown) => {
          const response = await kie.fetch(`/api/file-${kind}-upload`, {
            method: "POST",
            body: JSON.stringify(body),
          });
          return await response.json();
        };
        const contentOf = async (link: string) => new TextDecoder().decode(await (await fetch(link)).bytes());
        const fromUrl = await upload("url", { fileUrl: url("/x/b.png"), uploadPath: "in" });
        assert.deepEqual([fromUrl.code, fromUrl.data.filePath], [200, "in/b.png"]);
        const base64Data = `data:text/plain;base64,${btoa("hello")}`;
        const fromText = await upload("base64", { base64Data, uploadPath: "in", fileName: "b.png" });
        assert.equal(fromText.data.downloadUrl, fromUrl.data.downloadUrl);
        assert.equal(await contentOf(fromText.data.downloadUrl), "hello");
        for (
          const [kind, body] of [
            ["url", { fileUrl: url("/gone.png"), uploadPath: "in" }],
            ["url", { uploadPath: "in" }],
            ["base64", { base64Data: "", uploadPath: "in" }],
            ["stream", {}],
          ] as const
        ) {
          assert.deepEqual(await upload(kind, body), {
            success: false,
            code: 422,
            msg: "Validation error",
            data: null,
          });
        }
      }),
  ));

Deno.test("download-url gives another link to an output; foreign addresses are 422", () =>
  withKie({}, async (kie) => {
    const { id } = await kie.ended(await kie.created());
    const [url = ""] = kie.linksOf(await kie.record(id));
    const { code, data } = await kie.post("/api/v1/common/download-url", { url });
    assert.equal(code, 200);
    assert.notEqual(data, url);
    const response = await fetch(String(data));
    assert.equal(response.status, 200);
    assert.deepEqual(await response.bytes(), await (await fetch(url)).bytes());
    assert.deepEqual(kie.linksOf(await kie.record(id)), [url], "the record keeps its link");
    for (
      const foreign of ["https://example.com/a.png", `${kie.simulator.url}/outputs/1/0/x.png`, "", undefined]
    ) {
      assert.equal((await kie.post("/api/v1/common/download-url", { url: foreign })).code, 422);
    }
  }));

Deno.test("a link of download-url works for its time only", () =>
  withKie({ downloadLinkMs: 0 }, async (kie) => {
    const { id } = await kie.ended(await kie.created());
    const [url = ""] = kie.linksOf(await kie.record(id));
    const { data } = await kie.post("/api/v1/common/download-url", { url });
    await until(async () => {
      const late = await fetch(String(data));
      await late.body?.cancel();
      return late.status === 410;
    });
  }));

Deno.test("an expired output stays expired in the record; download-url has one that works, if it is not gone for good", () =>
  withKie({}, async (kie) => {
    kie.simulator.misbehave({ contains: "gone", fault: { kind: "expired_output" } });
    kie.simulator.misbehave({ fault: { kind: "expired_output", fresh: true } });
    const statuses: number[] = [];
    for (const prompt of ["a cat", "a cat that is gone"]) {
      const { id } = await kie.ended(await kie.created({ prompt }));
      const [url = ""] = kie.linksOf(await kie.record(id));
      const { data } = await kie.post("/api/v1/common/download-url", { url });
      for (const link of [url, String(data), undefined]) {
        const response = await fetch(link ?? kie.linksOf(await kie.record(id))[0] ?? "");
        statuses.push(response.status);
        await response.body?.cancel();
      }
    }
    assert.deepEqual(statuses, [410, 200, 410, 410, 410, 410]);
  }));

Deno.test("nothing of the uploads is left when the simulator is closed", async () => {
  const tempDirectory = await Deno.makeTempDir({ prefix: "kie-test-" });
  try {
    await withKie({ tempDirectory }, async (kie) => {
      const form = new FormData();
      form.append("file", new Blob([PNG.slice()]), "photo.png");
      form.append("uploadPath", "images");
      await (await kie.fetch("/api/file-stream-upload", { method: "POST", body: form })).body?.cancel();
      assert.equal([...Deno.readDirSync(tempDirectory)].length, 1);
    });
    assert.deepEqual([...Deno.readDirSync(tempDirectory)], []);
  } finally {
    await Deno.remove(tempDirectory, { recursive: true });
  }
});
