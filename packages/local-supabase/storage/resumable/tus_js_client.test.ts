/** The client that Supabase's documentation tells apps to use, unmodified. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import * as tus from "tus-js-client";
import { ANA, NO_LEAKS, noise, OWN_FOLDER, withStorage } from "../storage_fixture.ts";
import { begin, door } from "./resumable_client_fixture.ts";

const CHUNK = 6 * 1024 * 1024;

/** Uploads; resolves with the error that ended it, or with its address. */
function upload(bytes: Uint8Array, options: tus.UploadOptions): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const one = new tus.Upload(Buffer.from(bytes), {
    chunkSize: CHUNK,
    retryDelays: null,
    ...options,
    onError: reject,
    onSuccess: () => resolve(one.url ?? ""),
  });
  one.start();
  return promise;
}

// Node's agents keep sockets open for a while.
Deno.test(
  "tus-js-client",
  { ...NO_LEAKS, sanitizeOps: false, sanitizeResources: false },
  (t) =>
    withStorage(t, {
      async "uploads in chunks as a signed-in user, and is refused elsewhere"(harness) {
        const { admin, sql, tokens } = harness;
        await admin.storage.createBucket("files", { public: false, allowedMimeTypes: ["video/*"] });
        await sql.unsafe(OWN_FOLDER);
        const token = await tokens.sign({ sub: ANA, role: "authenticated", aud: "authenticated" }, 60);
        const bytes = noise(2 * CHUNK + 1000);
        const options = (objectName: string, contentType = "video/mp4") => ({
          endpoint: door(harness),
          headers: { authorization: `Bearer ${token}` },
          metadata: { bucketName: "files", objectName, contentType, cacheControl: "3600" },
        });
        const seen: number[] = [];
        await upload(bytes, {
          ...options(`${ANA}/a.mp4`),
          onChunkComplete: (_size, sent) => void seen.push(sent),
        });
        assert.deepEqual(seen, [CHUNK, 2 * CHUNK, bytes.length]);
        const { data } = await admin.storage.from("files").download(`${ANA}/a.mp4`);
        assert.deepEqual(await data?.bytes(), bytes);
        await assert.rejects(upload(bytes, options(`${ANA}/a.mp4`)), /409.*The resource already exists/);
        await assert.rejects(upload(bytes, options("elsewhere/a.mp4")), /403.*row-level security/);
        await assert.rejects(
          upload(bytes, options(`${ANA}/a.txt`, "text/plain")),
          /415.*mime type text\/plain/,
        );
      },

      async "goes on after it was stopped, and gives up"(harness) {
        const { admin, tokens } = harness;
        await admin.storage.createBucket("files");
        const bytes = noise(3 * CHUNK);
        const options: tus.UploadOptions = {
          endpoint: door(harness),
          chunkSize: CHUNK,
          headers: { authorization: `Bearer ${tokens.secretKey}` },
          metadata: { bucketName: "files", objectName: "a" },
        };
        const url = await new Promise<string>((resolve, reject) => {
          const one = new tus.Upload(Buffer.from(bytes), {
            ...options,
            onError: reject,
            onChunkComplete: () => void one.abort().then(() => resolve(one.url ?? "")),
          });
          one.start();
        });
        await upload(bytes, { ...options, uploadUrl: url });
        const { data } = await admin.storage.from("files").download("a");
        assert.deepEqual(await data?.bytes(), bytes);

        const { location } = await begin(harness, { authorization: `Bearer ${tokens.secretKey}` }, "b", 10);
        await tus.Upload.terminate(location, { headers: options.headers ?? {} });
        assert.deepEqual((await harness.files()).filter((name) => name.endsWith(".json")).length, 1);
      },

      async "uploads with a signed token at /sign"(harness) {
        const { admin } = harness;
        await admin.storage.createBucket("files");
        const { data: signed } = await admin.storage.from("files").createSignedUploadUrl("a");
        const bytes = noise(CHUNK + 1);
        await upload(bytes, {
          endpoint: `${door(harness)}/sign`,
          headers: { "x-signature": signed?.token ?? "" },
          metadata: { bucketName: "files", objectName: "a" },
        });
        const { data } = await admin.storage.from("files").download("a");
        assert.deepEqual(await data?.bytes(), bytes);
      },
    }),
);
