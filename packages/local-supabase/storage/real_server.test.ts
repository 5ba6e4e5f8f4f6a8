/**
 * What was seen of the real storage-api (1.11.2, over S3 as it is hosted), where somebody who reads its documentation would
 * not expect it. What protects is as strict here, and what hides bugs as lax. What it says of TUS: resumable.test.ts.
 */
import assert from "node:assert/strict";
import { Pool } from "../sessions/pool.ts";
import { withPlatform } from "../testing.ts";
import { makeTokens } from "../tokens.ts";
import { startStorage } from "./service.ts";
import { at, begin, metadataHeader, tus } from "./resumable/resumable_client_fixture.ts";
import { ANA, BIA, type Harness, NO_LEAKS, OWN_FOLDER, withStorage } from "./storage_fixture.ts";

/** A key as it stands in an address, so that no client on the way takes it for a path. */
const encoded = (key: string) => encodeURIComponent(key).replaceAll(".", "%2E");

/** Keys that lead elsewhere, to whoever takes them for a path. */
const ODD = ["a/../b", "./a", "a//b", "a/", "a?b/c", "a b", "_/!-.*'()&$@=;:+,?"];
const INVALID = ["a#b", "a%2eb", "a\\b", "ação", "a\u0007b", "😀"];

/** What a refusal says: HTTP status, and the meaning in its body. */
async function meaning(response: Response): Promise<unknown[]> {
  const { statusCode, code } = await response.json();
  return [response.status, statusCode, code];
}
const meant = ({ error }: { error: unknown }) => {
  const { status, statusCode, code } = error as Record<string, unknown>;
  return [status, statusCode, code];
};

/** A caller of the routes as they are; answers come whole, so that none is left unread. */
function caller({ url }: Pick<Harness, "url">, token: string) {
  return async (method: string, path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${url}/storage/v1/${path}`, {
      method,
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers as Record<string, string> },
    });
    return new Response(await answer.text() || null, answer);
  };
}
const tokenOf = ({ tokens }: Harness, sub: string) =>
  tokens.sign({ sub, role: "authenticated", aud: "authenticated" }, 60);

Deno.test("as the real Storage does it", NO_LEAKS, (t) =>
  withStorage(t, {
    async "dots, question marks, empty folders and a slash at the end may stand in a key, by any route"(
      harness,
    ) {
      const { admin, tokens, sql } = harness;
      await admin.storage.createBucket("files");
      const call = caller(harness, tokens.secretKey);
      await admin.storage.from("files").upload("source", "x");
      const routes: ((key: string) => Promise<boolean>)[] = [
        async (key) => (await call("POST", `object/files/${encoded(key)}`, { body: "x" })).ok,
        async (key) => !(await admin.storage.from("files").copy("source", key)).error,
        async (key) => !(await admin.storage.from("files").move("source2", key)).error,
        async (key) =>
          (await begin(harness, { authorization: `Bearer ${tokens.secretKey}` }, key, 0)).status === 201,
        async (key) => {
          const signed = await call("POST", `object/upload/sign/files/${encoded(key)}`);
          const { token } = await signed.json();
          const path = `object/upload/sign/files/${encoded(key)}?token=${token}`;
          return token !== undefined && (await call("PUT", path, { body: "x" })).ok;
        },
      ];
      for (const comesIn of routes) {
        for (const key of ODD) {
          await admin.storage.from("files").copy("source", "source2");
          assert.ok(await comesIn(key), key);
          assert.equal((await sql`select from storage.objects where name = ${key}`).length, 1, key);
          await admin.storage.from("files").remove([key, "source2"]);
        }
        for (const key of INVALID) assert.ok(!await comesIn(key), key);
      }
      for (const key of INVALID) {
        const response = await call("POST", `object/files/${encodeURIComponent(key)}`, { body: "x" });
        assert.deepEqual(await meaning(response), [400, "400", "InvalidKey"], key);
      }
    },

    async "a policy on the first folder lets keys in that lead out of it, and clients follow them"(harness) {
      const { admin, sql } = harness;
      await admin.storage.createBucket("files");
      await sql.unsafe(OWN_FOLDER);
      await admin.storage.from("files").upload(`${BIA}/private`, "secret");
      const call = caller(harness, await tokenOf(harness, ANA));
      const key = `${ANA}/../${BIA}/private?/../../${ANA}/own`;
      assert.equal((await call("POST", `object/files/${encoded(key)}`, { body: "own" })).status, 200);
      // Whoever has the secret key and takes the row for what it says, hands out somebody else's file.
      const { data } = await admin.storage.from("files").download(key);
      assert.equal(await data?.text(), "secret");
      for (const outside of [`/${ANA}/a`, `../${ANA}/a`, `${BIA}/a`]) {
        const response = await call("POST", `object/files/${encoded(outside)}`, { body: "x" });
        assert.deepEqual(await meaning(response), [400, "403", "AccessDenied"], outside);
      }
    },

    async "a signed upload is refused a second time, and overwrites by TUS until its token expires"(harness) {
      const { admin, anon } = harness;
      await admin.storage.createBucket("files");
      const { data } = await admin.storage.from("files").createSignedUploadUrl("a");
      const token = data?.token ?? "";
      assert.equal((await anon.storage.from("files").uploadToSignedUrl("a", token, "one")).error, null);
      const again = await anon.storage.from("files").uploadToSignedUrl("a", token, "two");
      assert.deepEqual(meant(again), [400, "409", "KeyAlreadyExists"]);
      const begun = await tus("POST", `${harness.url}/storage/v1/upload/resumable/sign`, {
        "x-signature": token,
        "upload-length": "5",
        "upload-metadata": metadataHeader({ bucketName: "files", objectName: "a" }),
      });
      const location = begun.headers.get("location") ?? "";
      assert.equal((await tus("PATCH", location, { "x-signature": token, ...at(0) }, "three")).status, 204);
      assert.equal(await (await admin.storage.from("files").download("a")).data?.text(), "three");
    },

    async "a bucket's limits do not bind what tells no length, copies, and TUS without a type"(harness) {
      const { admin, tokens } = harness;
      await admin.storage.createBucket("any");
      await admin.storage.createBucket("files", {
        public: false,
        fileSizeLimit: 10,
        allowedMimeTypes: ["image/png"],
      });
      const bucket = admin.storage.from("files");
      const png = { contentType: "image/png" };
      assert.deepEqual(meant(await bucket.upload("long", "x".repeat(11), png)), [
        400,
        "413",
        "EntityTooLarge",
      ]);
      const chunked = new Blob(["x".repeat(5000)]).stream();
      assert.equal((await bucket.upload("chunked", chunked, png)).error, null);
      assert.equal((await bucket.info("chunked")).data?.size, 5000);

      await admin.storage.from("any").upload("page", "<html>".repeat(10), { contentType: "text/html" });
      const copy = await admin.storage.from("any").copy("page", "page", { destinationBucket: "files" });
      assert.equal(copy.error, null);
      const { data: copied } = await bucket.info("page");
      assert.deepEqual([copied?.size, copied?.contentType], [60, "text/html"]);

      const { location } = await begin(
        harness,
        { authorization: `Bearer ${tokens.secretKey}` },
        "untyped",
        4,
      );
      await tus("PATCH", location, { authorization: `Bearer ${tokens.secretKey}`, ...at(0) }, "text");
      assert.equal((await bucket.info("untyped")).data?.contentType, "application/octet-stream");
      for (const contentType of ["image/png;charset=x", "IMAGE/PNG", "image/jpg"]) {
        const refused = await bucket.upload("typed", "x", { contentType });
        assert.deepEqual(meant(refused), [400, "415", "InvalidMimeType"], contentType);
      }
    },

    async "an upload that dies leaves the object as it was"(harness) {
      const { admin, url, tokens } = harness;
      await admin.storage.createBucket("files");
      await admin.storage.from("files").upload("a", "old");
      const abort = new AbortController();
      const body = new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(70_000)) });
      const headers = { authorization: `Bearer ${tokens.secretKey}`, "x-upsert": "true" };
      const sent = fetch(`${url}/storage/v1/object/files/a`, {
        method: "POST",
        headers,
        body,
        signal: abort.signal,
      });
      setTimeout(() => abort.abort(), 100);
      await assert.rejects(sent);
      assert.equal(await (await admin.storage.from("files").download("a")).data?.text(), "old");
    },

    async "errors are HTTP 400, with what they mean in the body"(harness) {
      const { admin, tokens, sql } = harness;
      await admin.storage.createBucket("files");
      await sql.unsafe(OWN_FOLDER);
      const bucket = admin.storage.from("files");
      await bucket.upload(`${BIA}/a`, "x");
      await bucket.upload("empty", new Uint8Array());
      const ana = caller(harness, await tokenOf(harness, ANA));
      const service = caller(harness, tokens.secretKey);
      const missing = [400, "404", "NoSuchKey"];
      assert.deepEqual(await meaning(await ana("GET", `object/authenticated/files/${ANA}/a`)), missing);
      assert.deepEqual(
        await meaning(await ana("GET", `object/authenticated/files/${BIA}/a`)),
        missing,
        "nor told",
      );
      assert.deepEqual(await meaning(await service("GET", "object/authenticated/nowhere/a")), [
        400,
        "404",
        "NoSuchBucket",
      ]);
      assert.deepEqual(await meaning(await ana("POST", `object/files/${BIA}/b`, { body: "x" })), [
        400,
        "403",
        "AccessDenied",
      ]);
      assert.deepEqual(await meaning(await service("POST", `object/files/${BIA}/a`, { body: "x" })), [
        400,
        "409",
        "KeyAlreadyExists",
      ]);
      const late = caller(harness, await tokens.sign({ sub: ANA, role: "authenticated" }, -60));
      const expired = await late("GET", `object/info/authenticated/files/${ANA}/a`);
      const EXPIRED = '"exp" claim timestamp check failed';
      const { statusCode, message } = await (await late("POST", `object/files/${ANA}/a`, { body: "x" }))
        .json();
      assert.deepEqual([statusCode, message], ["403", EXPIRED]);
      await expired.body?.cancel();

      const { data: lasting } = await bucket.createSignedUrl(`${BIA}/a`, 60);
      assert.deepEqual(await meaning(await fetch((lasting?.signedUrl ?? "").replace(`${BIA}/a`, "empty"))), [
        400,
        "400",
        "InvalidSignature",
      ]);
      assert.deepEqual(await meaning(await fetch((lasting?.signedUrl ?? "").split("?")[0] ?? "")), [
        400,
        "400",
        "InvalidRequest",
      ]);
      const { data: brief } = await bucket.createSignedUrl(`${BIA}/a`, 1);
      const link = brief?.signedUrl ?? "";
      let answer = await fetch(link);
      for (; answer.ok; answer = await fetch(link)) {
        await answer.body?.cancel();
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const { code, message: text } = await answer.json();
      assert.deepEqual([code, text], ["InvalidJWT", EXPIRED]);

      const range = (key: string, range: string) =>
        service("GET", `object/authenticated/files/${key}`, { headers: { range } });
      assert.equal((await range(`${BIA}/a`, "bytes=5-9").then(cancelled)).status, 416);
      assert.equal(
        (await range("empty", "bytes=0-63").then(cancelled)).status,
        500,
        "of nothing there is no part",
      );
      await sql`insert into storage.objects (bucket_id, name, version, metadata)
        values ('files', 'rowOnly', ${crypto.randomUUID()}, '{"size": 1, "mimetype": "text/plain", "eTag": "x", "cacheControl": ""}')`;
      assert.deepEqual(await meaning(await service("GET", "object/authenticated/files/rowOnly")), missing);
    },

    async "rows are deleted through Storage alone, by whole keys; users who are gone leave theirs"(harness) {
      const { admin, sql } = harness;
      await admin.storage.createBucket("files");
      await sql.unsafe(OWN_FOLDER);
      const id = crypto.randomUUID();
      await sql`insert into auth.users (id, email) values (${id}, ${`${id}@example.com`})`;
      const call = caller(harness, await tokenOf(harness, id));
      for (const name of ["a", "b"]) {
        const response = await call("POST", `object/files/${id}/${name}`, { body: "x" });
        assert.equal(response.status, 200);
        await response.body?.cancel();
      }
      await sql`delete from auth.users where id = ${id}`;
      const rows = await sql`select owner_id from storage.objects`;
      assert.deepEqual(rows.map(({ owner_id }) => owner_id), [id, id]);
      assert.equal((await call("GET", `object/authenticated/files/${id}/a`).then(cancelled)).status, 200);
      assert.deepEqual((await admin.storage.from("files").remove([id, `${id}/`])).data, []);
      await assert.rejects(sql`delete from storage.objects`, { code: "42501" });
      await sql.begin(async (tx) => {
        await tx`set local storage.allow_delete_query = 'true'`;
        await tx`delete from storage.objects`;
      });
      assert.equal((await admin.storage.from("files").list(id)).data?.length, 0);
    },
  }));

async function cancelled(response: Response): Promise<Response> {
  await response.body?.cancel();
  return response;
}

Deno.test("a database that is down is HTTP 500, one that takes too long 544", () =>
  withPlatform(async (cluster) => {
    const tokens = await makeTokens();
    const directory = await Deno.makeTempDir();
    const options = { tokens, directory, fileSizeLimit: 1000, databaseTimeoutMs: 300 };
    const ask = async (databaseUrl: string) => {
      const service = await startStorage({ ...options, databaseUrl });
      const headers = { authorization: `Bearer ${tokens.secretKey}` };
      const request = new Request("http://storage.example/storage/v1/bucket/files", { headers });
      const response = await service.handle(request);
      await service.close();
      const { statusCode, code } = await response.json();
      return [response.status, statusCode, code];
    };
    const holder = new Pool({ databaseUrl: cluster.url("supabase_admin"), settings: {} });
    try {
      const down = await ask("postgres://supabase_admin@127.0.0.1:9/postgres");
      assert.equal(down[0], 500);
      await holder.transaction("", async (connection) => {
        await connection`lock table storage.buckets in access exclusive mode`;
        assert.deepEqual(await ask(cluster.url("supabase_admin")), [544, "544", "DatabaseTimeout"]);
      });
    } finally {
      await holder.close();
      await Deno.remove(directory, { recursive: true });
    }
  }));
