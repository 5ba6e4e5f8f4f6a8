import assert from "node:assert/strict";
import {
  ANA,
  BIA,
  FILE_SIZE_LIMIT,
  type Harness,
  NO_LEAKS,
  noise,
  OWN_FOLDER,
  withStorage,
} from "../storage_fixture.ts";
import { at, begin, door, metadataHeader, tus } from "./resumable_client_fixture.ts";

const asAdmin = ({ tokens }: Harness) => ({ authorization: `Bearer ${tokens.secretKey}` });
const asUser = async ({ tokens }: Harness, sub: string) => ({
  authorization: `Bearer ${await tokens.sign({ sub, role: "authenticated", aud: "authenticated" }, 60)}`,
});
const said = ({ status, text }: { status: number; text: string }) => [status, text];
const EXISTS = [409, "The resource already exists"];
const REFUSED = [403, "new row violates row-level security policy"];

Deno.test("resumable uploads", NO_LEAKS, (t) =>
  withStorage(t, {
    async "an upload in pieces makes an object with its type, cache control and metadata"(harness) {
      const { admin, sql, files } = harness;
      await admin.storage.createBucket("files");
      const bytes = noise(1_000_000);
      const headers = asAdmin(harness);
      const { status, location, headers: begun } = await begin(harness, headers, "a/film.mp4", bytes.length, {
        contentType: "video/mp4",
        cacheControl: "60",
        metadata: '{"by":"Ana"}',
      });
      assert.equal(status, 201);
      assert.match(location, /^http:\/\/127\.0\.0\.1:\d+\/storage\/v1\/upload\/resumable\/[\w-]+$/);
      assert.ok(Date.parse(begun.get("upload-expires") ?? "") > Date.now() + 3_500_000);
      const first = await tus("PATCH", location, { ...headers, ...at(0) }, bytes.slice(0, 400_000));
      assert.deepEqual([first.status, first.headers.get("upload-offset")], [204, "400000"]);
      assert.equal(first.headers.get("tus-complete"), null);
      assert.equal((await admin.storage.from("files").exists("a/film.mp4")).data, false);

      const head = await tus("HEAD", location, headers);
      assert.equal(head.status, 200);
      assert.equal(head.headers.get("cache-control"), "no-store");
      assert.deepEqual(["offset", "length"].map((name) => head.headers.get(`upload-${name}`)), [
        "400000",
        "1000000",
      ]);
      const last = await tus("PATCH", location, { ...headers, ...at(400_000) }, bytes.slice(400_000));
      assert.deepEqual([last.status, last.headers.get("tus-complete")], [204, "1"]);
      const { data } = await admin.storage.from("files").download("a/film.mp4");
      assert.deepEqual(await data?.bytes(), bytes);
      const [row] = await sql`select owner_id, metadata, user_metadata from storage.objects`;
      assert.equal(row?.owner_id, null);
      assert.deepEqual(row?.user_metadata, { by: "Ana" });
      const { mimetype, cacheControl, size, eTag } = row?.metadata ?? {};
      assert.deepEqual([mimetype, cacheControl, size], ["video/mp4", "max-age=60", 1_000_000]);
      assert.match(eTag, /^"[0-9a-f]{32}-1"$/);
      assert.equal((await files()).filter((name) => !name.endsWith(".json")).length, 1);
      // What was finished stays known for a while.
      assert.equal((await tus("HEAD", location, headers)).headers.get("upload-offset"), "1000000");
      assert.equal(
        (await tus("PATCH", location, { ...headers, "x-upsert": "true", ...at(1_000_000) }, "")).status,
        204,
      );
      assert.deepEqual(said(await tus("DELETE", location, { ...headers, "x-upsert": "true" })), [
        400,
        "Cannot terminate an already completed upload",
      ]);
    },

    async "bytes may come with the creation, and an empty file is one at once"(harness) {
      await harness.admin.storage.createBucket("files");
      const headers = {
        ...asAdmin(harness),
        "content-type": "application/offset+octet-stream",
        "upload-metadata": metadataHeader({ bucketName: "files", objectName: "a" }),
      };
      const whole = await tus("POST", door(harness), { ...headers, "upload-length": "3" }, "abc");
      assert.deepEqual([whole.status, whole.headers.get("upload-offset")], [201, "3"]);
      assert.equal(whole.headers.get("tus-complete"), "1");
      const { data } = await harness.admin.storage.from("files").download("a");
      assert.equal(await data?.text(), "abc");
      assert.equal((await begin(harness, asAdmin(harness), "empty", 0)).headers.get("tus-complete"), "1");
      assert.equal((await harness.admin.storage.from("files").download("empty")).data?.size, 0);
    },

    async "a length may be told later, once"(harness) {
      await harness.admin.storage.createBucket("files");
      const headers = asAdmin(harness);
      const { location } = await begin(harness, headers, "a", null);
      await tus("PATCH", location, { ...headers, ...at(0) }, "abc");
      const head = await tus("HEAD", location, headers);
      assert.deepEqual(["defer-length", "length"].map((name) => head.headers.get(`upload-${name}`)), [
        "1",
        null,
      ]);
      const tell = (length: number) => ({ ...headers, ...at(3), "upload-length": String(length) });
      assert.equal((await tus("PATCH", location, tell(2), "")).status, 400);
      const last = await tus("PATCH", location, tell(5), "de");
      assert.equal(last.headers.get("tus-complete"), "1");
      const { data } = await harness.admin.storage.from("files").download("a");
      assert.equal(await data?.text(), "abcde");
    },

    async "requests that are none of TUS are refused in its words"(harness) {
      await harness.admin.storage.createBucket("files");
      const headers = asAdmin(harness);
      const { location } = await begin(harness, headers, "a", 5);
      const patch = (more: Record<string, string>, body = "abc") =>
        tus("PATCH", location, { ...headers, ...more }, body);
      const offset = { "upload-offset": "0" };
      const type = { "content-type": "application/offset+octet-stream" };
      const without = await fetch(location, { method: "HEAD", headers });
      await without.body?.cancel();
      assert.equal(without.status, 412);
      assert.deepEqual(said(await patch({ "tus-resumable": "0.2.0", ...offset })), [
        400,
        "Invalid tus-resumable content-type\n",
      ]);
      assert.deepEqual(said(await patch(type)), [403, "Upload-Offset header required\n"]);
      assert.deepEqual(said(await patch({ ...offset, "content-type": "image/png" })), [
        400,
        "Invalid content-type\n",
      ]);
      assert.deepEqual(said(await patch({ ...type, "upload-offset": "-1" })), [
        400,
        "Invalid upload-offset\n",
      ]);
      assert.deepEqual(said(await patch(at(1))), [409, "Upload-Offset conflict\n"]);
      assert.deepEqual(said(await patch(at(0), "abcdef")), [413, "upload's size exceeded\n"]);
      assert.equal((await tus("HEAD", location, headers)).headers.get("upload-offset"), "0");
      for (const nothing of ["x", "Zm9vYmFy", "../../etc"]) {
        const nowhere = `${door(harness)}/${encodeURIComponent(nothing)}`;
        assert.deepEqual(said(await tus("PATCH", nowhere, { ...headers, ...at(0) }, "x")), [
          404,
          "The file for this url was not found\n",
        ]);
      }
      const post = (more: Record<string, string>) => tus("POST", door(harness), { ...headers, ...more });
      const named = { "upload-metadata": metadataHeader({ bucketName: "files", objectName: "a" }) };
      assert.deepEqual(said(await post(named)), [
        400,
        "Upload-Length or Upload-Defer-Length header required\n",
      ]);
      const length = { "upload-length": "5" };
      assert.deepEqual(said(await post(length)), [400, "Metadata header is required"]);
      assert.deepEqual(said(await post({ ...length, "upload-metadata": "bucketName Ä" })), [
        400,
        "Invalid upload-metadata\n",
      ]);
      const refused = async (metadata: Record<string, string>) =>
        said(await post({ ...length, "upload-metadata": metadataHeader(metadata) }));
      assert.deepEqual(await refused({ objectName: "a" }), [400, "Bucket name invalid"]);
      assert.deepEqual(await refused({ bucketName: "nowhere", objectName: "a" }), [404, "Bucket not found"]);
      assert.deepEqual(await refused({ bucketName: "files", objectName: "a#b" }), [400, "Invalid key: a#b"]);
      assert.deepEqual(await refused({ bucketName: "files", objectName: "a#b" }), [
        400,
        "Invalid key: a#b",
      ]);
      const options = await tus("OPTIONS", door(harness), {});
      assert.equal(options.status, 204);
      assert.match(options.headers.get("tus-extension") ?? "", /creation.*termination.*expiration/);
      assert.equal(options.headers.get("tus-max-size"), String(FILE_SIZE_LIMIT));
    },

    async "the bucket's limits hold: its size at creation and while bytes come, its types letter by letter"(
      harness,
    ) {
      const { admin, files } = harness;
      await admin.storage.createBucket("files", {
        public: false,
        fileSizeLimit: 10,
        allowedMimeTypes: ["image/*", "text/plain"],
      });
      const headers = asAdmin(harness);
      const tooLarge = [413, "Maximum size exceeded\n"];
      assert.deepEqual(said(await begin(harness, headers, "a", 11)), tooLarge);
      assert.equal((await begin(harness, headers, "a", FILE_SIZE_LIMIT + 1)).status, 413);
      const { location } = await begin(harness, headers, "a", null);
      assert.deepEqual(said(await tus("PATCH", location, { ...headers, ...at(0) }, "abcdefghijk")), [
        413,
        "upload's size exceeded\n",
      ]);
      const tell = { ...headers, ...at(0), "upload-length": "11" };
      assert.deepEqual(said(await tus("PATCH", location, tell, "abc")), tooLarge);
      const typed = async (contentType: string) =>
        said(await begin(harness, headers, "b", 3, { contentType }));
      for (const type of ["text/csv", "IMAGE/PNG", "text/plain;charset=utf-8"]) {
        assert.deepEqual(await typed(type), [415, `mime type ${type} is not supported`]);
      }
      assert.deepEqual(await typed("image/png"), [201, ""]);
      assert.equal((await begin(harness, headers, "untyped", 3)).status, 201, "as there");
      assert.ok((await files()).length > 0);
    },

    async "policies are asked at each step but HEAD; an object that is there needs x-upsert at each"(
      harness,
    ) {
      const { admin, sql } = harness;
      await admin.storage.createBucket("files");
      await sql.unsafe(OWN_FOLDER);
      const [ana, bia] = [await asUser(harness, ANA), await asUser(harness, BIA)];
      const key = `${ANA}/a.txt`;
      assert.deepEqual(said(await begin(harness, bia, key, 3)), REFUSED);
      const { location } = await begin(harness, ana, key, 3);
      assert.deepEqual(said(await tus("PATCH", location, { ...bia, ...at(0) }, "abc")), REFUSED);
      assert.deepEqual(said(await tus("DELETE", location, bia)), REFUSED);
      assert.equal((await tus("HEAD", location, bia)).status, 200, "any valid token may look");
      assert.equal((await tus("PATCH", location, { ...ana, ...at(0) }, "abc")).status, 204);
      const [row] = await sql`select owner_id from storage.objects`;
      assert.equal(row?.owner_id, ANA);

      assert.deepEqual(said(await begin(harness, ana, key, 3)), EXISTS);
      const upsert = { ...ana, "x-upsert": "true" };
      const again = await begin(harness, upsert, key, 3);
      assert.equal(again.status, 201);
      assert.deepEqual(said(await tus("PATCH", again.location, { ...ana, ...at(0) }, "def")), EXISTS);
      assert.equal((await tus("PATCH", again.location, { ...upsert, ...at(0) }, "def")).status, 204);
      const { data } = await admin.storage.from("files").download(key);
      assert.equal(await data?.text(), "def");
      assert.equal((await harness.files()).filter((name) => !name.endsWith(".json")).length, 1);
    },

    async "without credentials, or with bad ones, nothing is told"(harness) {
      await harness.admin.storage.createBucket("files");
      const { location } = await begin(harness, asAdmin(harness), "a", 3);
      for (const headers of [{}, { authorization: "Bearer nonsense" }] as Record<string, string>[]) {
        for (const method of ["HEAD", "PATCH", "DELETE"]) {
          const { status } = await tus(method, location, { ...headers, ...method === "PATCH" ? at(0) : {} });
          assert.equal(status, 400, method);
        }
      }
      const expired = await harness.tokens.sign({ sub: ANA, role: "authenticated" }, -60);
      const { text } = await tus("PATCH", location, { authorization: `Bearer ${expired}`, ...at(0) }, "abc");
      assert.equal(JSON.parse(text).message, '"exp" claim timestamp check failed');
      const role = await harness.tokens.sign({ sub: ANA, role: "authenticated", aud: "authenticated" }, 60);
      assert.deepEqual(said(await begin(harness, { authorization: `Bearer ${role}` }, "b", 3)), REFUSED);
    },

    async "a signed token uploads at /sign, needs no policy, and overwrites until it expires"(harness) {
      const { admin, sql } = harness;
      await admin.storage.createBucket("files");
      const { data: signed } = await admin.storage.from("files").createSignedUploadUrl("a.txt");
      const token = { "x-signature": signed?.token ?? "" };
      const beginSigned = (headers: Record<string, string>, key = "a.txt") =>
        tus("POST", `${door(harness)}/sign`, {
          ...headers,
          "upload-length": "3",
          "upload-metadata": metadataHeader({ bucketName: "files", objectName: key }),
        });
      assert.deepEqual(said(await beginSigned({})), [400, "Missing x-signature header"]);
      assert.deepEqual(said(await beginSigned(token, "b.txt")), [400, "Invalid signature"]);
      for (const content of ["one", "two"]) {
        const location = (await beginSigned(token)).headers.get("location") ?? "";
        assert.match(location, /\/upload\/resumable\/sign\/[\w-]+$/);
        assert.deepEqual(said(await tus("PATCH", location, at(0), content)), [
          400,
          "Missing x-signature header",
        ]);
        assert.equal((await tus("HEAD", location, {})).status, 400);
        assert.equal((await tus("PATCH", location, { ...token, ...at(0) }, content)).status, 204);
        const { data } = await admin.storage.from("files").download("a.txt");
        assert.equal(await data?.text(), content);
      }
      assert.equal((await sql`select from storage.objects`).length, 1);
    },

    async "an upload that is given up is gone, and so is one that took too long"(harness) {
      await harness.admin.storage.createBucket("files");
      const headers = asAdmin(harness);
      const one = await begin(harness, headers, "a", 3);
      assert.equal((await tus("DELETE", one.location, headers)).status, 204);
      assert.equal((await tus("HEAD", one.location, headers)).status, 404);
      assert.equal((await tus("DELETE", one.location, headers)).status, 404);
      assert.deepEqual(await harness.files(), []);

      const two = await begin(harness, headers, "a", 3);
      await harness.ageUploads(2 * 60 * 60 * 1000);
      assert.equal((await tus("HEAD", two.location, headers)).status, 410);
      assert.deepEqual(said(await tus("PATCH", two.location, { ...headers, ...at(0) }, "abc")), [
        410,
        "The file for this url no longer exists\n",
      ]);
      await begin(harness, headers, "b", 3);
      assert.equal((await harness.files()).length, 2, "the next one swept the old one away");
    },

    async "of two PATCHes at once one is taken"(harness) {
      await harness.admin.storage.createBucket("files");
      const headers = asAdmin(harness);
      const { location } = await begin(harness, headers, "a", 200_000);
      const bytes = noise(100_000);
      const answers = await Promise.all(
        [1, 2].map(() => tus("PATCH", location, { ...headers, ...at(0) }, bytes)),
      );
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, 409]);
      assert.equal((await tus("HEAD", location, headers)).headers.get("upload-offset"), "100000");
    },
  }));
