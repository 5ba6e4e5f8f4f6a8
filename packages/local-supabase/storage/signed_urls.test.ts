import assert from "node:assert/strict";
import { eventually } from "../testing.ts";
import { ANA, BIA, NO_LEAKS, OWN_FOLDER, withStorage } from "./storage_fixture.ts";

Deno.test("signed URLs", NO_LEAKS, (t) =>
  withStorage(t, {
    async "a signed URL opens one object to whoever holds it, until it expires"({ admin, sql, user, url }) {
      await admin.storage.createBucket("files");
      await sql.unsafe(OWN_FOLDER);
      const bucket = (await user(ANA)).storage.from("files");
      await bucket.upload(`${ANA}/my file (1).txt`, "secret");
      await bucket.upload(`${ANA}/other.txt`, "other");
      const { data } = await bucket.createSignedUrl(`${ANA}/my file (1).txt`, 60, { download: "x.txt" });
      const link = data?.signedUrl ?? "";
      const get = async (target: string, init?: RequestInit) => {
        const response = await fetch(target, init);
        const body = await response.text();
        return response.ok ? body : [response.status, JSON.parse(body).code];
      };
      assert.ok(link.startsWith(`${url}/storage/v1/object/sign/files/${ANA}/my%20file%20(1).txt?token=`));
      const response = await fetch(link);
      assert.equal(await response.text(), "secret");
      assert.match(response.headers.get("content-disposition") ?? "", /filename=x\.txt/);
      assert.ok(Date.parse(response.headers.get("expires") ?? "") <= Date.now() + 60_000);
      assert.equal(await get(link, { headers: { range: "bytes=0-2" } }), "sec");
      assert.equal((await fetch(link, { method: "HEAD" })).status, 200);

      assert.deepEqual(await get(link.replace("my%20file%20(1)", "other")), [400, "InvalidSignature"]);
      const [head, payload, signature] = new URL(link).searchParams.get("token")?.split(".") ?? [];
      const forged = btoa(
        JSON.stringify({ ...JSON.parse(atob(payload ?? "")), url: `files/${ANA}/other.txt` }),
      );
      const target = `${url}/storage/v1/object/sign/files/${ANA}/other.txt`;
      assert.deepEqual(await get(`${target}?token=${head}.${forged}.${signature}`), [400, "InvalidJWT"]);
      assert.deepEqual(await get(`${target}?token=nonsense`), [400, "InvalidJWT"]);
      assert.deepEqual(await get(target), [400, "InvalidRequest"]);

      const { data: brief } = await bucket.createSignedUrl(`${ANA}/other.txt`, 1);
      const expired = await eventually(async () => {
        const answer = await get(brief?.signedUrl ?? "");
        return typeof answer === "string" ? undefined : answer;
      }, { what: "the expiry of a URL that is good for one second" });
      assert.deepEqual(expired, [400, "InvalidJWT"]);
    },

    async "only who may select an object may sign for it"({ admin, sql, user, anon }) {
      await admin.storage.createBucket("files");
      await sql.unsafe(OWN_FOLDER);
      const mine = (await user(ANA)).storage.from("files");
      await mine.upload(`${ANA}/a.txt`, "a");
      for (const client of [await user(BIA), anon]) {
        const { error } = await client.storage.from("files").createSignedUrl(`${ANA}/a.txt`, 60);
        assert.equal(error?.message, "Object not found");
      }
      const { data } = await mine.createSignedUrls(
        [`${ANA}/a.txt`, `${ANA}/missing.txt`, `${BIA}/b.txt`],
        60,
      );
      assert.equal(await (await fetch(data?.[0]?.signedUrl ?? "")).text(), "a");
      assert.deepEqual(data?.map(({ error, path }) => [path, error === null]), [
        [`${ANA}/a.txt`, true],
        [`${ANA}/missing.txt`, false],
        [`${BIA}/b.txt`, false],
      ]);
      assert.equal(data?.[1]?.signedUrl, null);
      const bad = await mine.createSignedUrl(`${ANA}/a.txt`, 0);
      assert.match(bad.error?.message ?? "", /^body\/expiresIn /);
    },

    async "a signed upload URL takes one path's upload without credentials or policies"(
      { admin, sql, user, anon, files, url },
    ) {
      await admin.storage.createBucket("files", { public: false, fileSizeLimit: 1000 });
      await sql.unsafe(OWN_FOLDER);
      const bucket = (await user(ANA)).storage.from("files");
      const { data: signed } = await bucket.createSignedUploadUrl(`${ANA}/a b.txt`);
      const token = signed?.token ?? "";
      const send = (path: string, body: Blob | string, by = token) =>
        anon.storage.from("files").uploadToSignedUrl(path, by, body);

      assert.equal((await send(`${ANA}/other.txt`, "x")).error?.message, "Invalid signature");
      assert.equal((await send(`${ANA}/a b.txt`, "x", "nonsense")).error?.message, "Invalid Compact JWS");
      assert.equal(
        (await send(`${ANA}/a b.txt`, "x".repeat(1001))).error?.message,
        "The object exceeded the maximum allowed size",
      );
      assert.deepEqual(await files(), []);
      const done = await send(`${ANA}/a b.txt`, new Blob(["hello"], { type: "text/plain" }));
      assert.deepEqual(done.data, { path: `${ANA}/a b.txt`, fullPath: `files/${ANA}/a b.txt` });
      const [row] =
        await sql`select owner_id, owner::text, metadata ->> 'mimetype' as type from storage.objects`;
      assert.deepEqual({ ...row }, { owner_id: ANA, owner: ANA, type: "text/plain" });
      assert.equal(await (await bucket.download(`${ANA}/a b.txt`)).data?.text(), "hello");
      assert.equal((await send(`${ANA}/a b.txt`, "again")).error?.message, "The resource already exists");

      const { data: replacing } = await bucket.createSignedUploadUrl(`${ANA}/a b.txt`, { upsert: true });
      assert.equal((await send(`${ANA}/a b.txt`, "again", replacing?.token)).error, null);
      assert.equal((await files()).length, 1);

      // The URL as such is enough, and a token to upload does not download, nor the other way round.
      const put = await fetch(replacing?.signedUrl ?? "", { method: "PUT", body: "third" });
      assert.deepEqual(await put.json(), { Key: `files/${ANA}/a b.txt` });
      const path = `files/${ANA}/a%20b.txt`;
      const read = await fetch(`${url}/storage/v1/object/sign/${path}?token=${replacing?.token}`);
      assert.equal((await read.json()).code, "InvalidSignature");
      const { data: download } = await bucket.createSignedUrl(`${ANA}/a b.txt`, 60);
      const downloadToken = new URL(download?.signedUrl ?? "").searchParams.get("token") ?? "";
      assert.equal((await send(`${ANA}/a b.txt`, "x", downloadToken)).error?.message, "Invalid signature");
    },

    async "only who may upload may sign an upload, and signing writes nothing"({ admin, sql, user, anon }) {
      await admin.storage.createBucket("files");
      await sql.unsafe(OWN_FOLDER);
      for (const client of [await user(BIA), anon]) {
        const { error } = await client.storage.from("files").createSignedUploadUrl(`${ANA}/a.txt`);
        assert.equal(error?.message, "new row violates row-level security policy");
      }
      const bucket = (await user(ANA)).storage.from("files");
      assert.equal((await bucket.createSignedUploadUrl(`${ANA}/a.txt`)).error, null);
      assert.deepEqual((await sql`select name from storage.objects`).length, 0);
      await bucket.upload(`${ANA}/a.txt`, "a");
      const taken = await bucket.createSignedUploadUrl(`${ANA}/a.txt`);
      assert.equal(taken.error?.message, "The resource already exists");
      assert.equal(
        (await bucket.createSignedUploadUrl(`${ANA}/ação`)).error?.message,
        `Invalid key: ${ANA}/ação`,
      );
    },
  }));
