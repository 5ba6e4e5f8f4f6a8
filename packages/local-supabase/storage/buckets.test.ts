import assert from "node:assert/strict";
import { ANA, NO_LEAKS, withStorage } from "./storage_fixture.ts";

Deno.test("buckets", NO_LEAKS, (t) =>
  withStorage(t, {
    async "buckets are made, read, listed, changed and deleted"({ admin }) {
      const made = await admin.storage.createBucket("avatars", {
        public: true,
        fileSizeLimit: "1MB",
        allowedMimeTypes: ["image/*"],
      });
      assert.deepEqual(made, { data: { name: "avatars" }, error: null });
      await admin.storage.createBucket("plain");

      const { data: bucket } = await admin.storage.getBucket("avatars");
      assert.equal(bucket?.public, true);
      assert.equal(bucket?.file_size_limit, 1_000_000);
      assert.deepEqual(bucket?.allowed_mime_types, ["image/*"]);
      assert.ok(Date.parse(bucket?.created_at ?? "") <= Date.now());

      const list = async (options?: Parameters<typeof admin.storage.listBuckets>[0]) =>
        (await admin.storage.listBuckets(options)).data?.map(({ id }) => id);
      assert.deepEqual(await list(), ["avatars", "plain"]);
      assert.deepEqual(await list({ sortColumn: "name", sortOrder: "desc", limit: 1 }), ["plain"]);
      assert.deepEqual(await list({ search: "AVA" }), ["avatars"]);
      assert.deepEqual(await list({ offset: 1 }), ["plain"]);

      const changed = await admin.storage.updateBucket("avatars", { public: false, fileSizeLimit: null });
      assert.deepEqual(changed.data, { message: "Successfully updated" });
      const { data: after } = await admin.storage.getBucket("avatars");
      assert.equal(after?.public, false);
      assert.equal(after?.file_size_limit, null);
      assert.deepEqual(after?.allowed_mime_types, ["image/*"], "what the update did not name stays");

      assert.deepEqual((await admin.storage.deleteBucket("plain")).data, { message: "Successfully deleted" });
      assert.equal((await admin.storage.getBucket("plain")).error?.message, "Bucket not found");
    },

    async "a bucket with objects is deleted only after it was emptied"({ admin, files }) {
      await admin.storage.createBucket("files");
      await admin.storage.from("files").upload("a.txt", "a");
      await admin.storage.from("files").upload("b/c.txt", "c");
      const refused = await admin.storage.deleteBucket("files");
      assert.equal(refused.error?.message, "The bucket you tried to delete is not empty");
      assert.deepEqual((await admin.storage.emptyBucket("files")).data, { message: "Successfully emptied" });
      assert.deepEqual(await files(), []);
      assert.equal((await admin.storage.deleteBucket("files")).error, null);
    },

    async "bucket requests that cannot be met are refused as storage-api refuses them"(
      { admin, anon, user, sql, url, tokens },
    ) {
      await admin.storage.createBucket("files");
      const refusal = (answer: { error: unknown }) => {
        const { status, statusCode, code, message } = answer.error as Record<string, unknown>;
        return [status, statusCode, code, message];
      };
      const { storage } = admin;
      const again = await storage.createBucket("files");
      assert.deepEqual(refusal(again), [400, "409", "ResourceAlreadyExists", "The resource already exists"]);
      const badName = await storage.createBucket("a/b");
      assert.deepEqual(refusal(badName), [400, "400", "InvalidBucketName", "Bucket name invalid"]);
      const huge = await storage.createBucket("c", { public: false, fileSizeLimit: "900GB" });
      assert.equal(refusal(huge)[1], "413");
      const badType = await storage.createBucket("c", { public: false, allowedMimeTypes: ["nonsense"] });
      assert.equal(refusal(badType)[1], "415");
      const notFound = [400, "404", "NoSuchBucket", "Bucket not found"];
      assert.deepEqual(refusal(await storage.getBucket("nowhere")), notFound);
      assert.deepEqual(refusal(await storage.updateBucket("nowhere", { public: true })), notFound);
      assert.deepEqual(refusal(await storage.emptyBucket("nowhere")), notFound);
      assert.deepEqual(refusal(await storage.deleteBucket("nowhere")), notFound);

      for (const client of [anon, await user(ANA)]) {
        const denied = [400, "403", "AccessDenied", "new row violates row-level security policy"];
        assert.deepEqual(refusal(await client.storage.createBucket("mine")), denied);
        assert.deepEqual((await client.storage.listBuckets()).data, []);
        assert.deepEqual(refusal(await client.storage.getBucket("files")), notFound);
        assert.deepEqual(refusal(await client.storage.updateBucket("files", { public: true })), notFound);
        assert.deepEqual(refusal(await client.storage.deleteBucket("files")), notFound);
      }

      // One who sees everything but may delete nothing.
      await sql`create policy "all see buckets" on storage.buckets for select to authenticated using (true)`;
      await sql`create policy "all see objects" on storage.objects for select to authenticated using (true)`;
      await storage.from("files").upload("a.txt", "a");
      const ana = await user(ANA);
      assert.equal(refusal(await ana.storage.emptyBucket("files"))[2], "AccessDenied");
      assert.equal((await storage.from("files").list()).data?.length, 1);

      const raw = async (headers: HeadersInit, body: string) => {
        const response = await fetch(`${url}/storage/v1/bucket`, { method: "POST", headers, body });
        return [response.status, (await response.json()).message];
      };
      const credentials = { apikey: tokens.secretKey };
      assert.deepEqual(await raw({}, "{}"), [400, "headers must have required property 'authorization'"]);
      assert.deepEqual(await raw({ apikey: "sb_secret_wrong" }, "{}"), [401, "Invalid API key"]);
      assert.deepEqual(await raw({ ...credentials, authorization: "Bearer x.y.z" }, "{}"), [
        400,
        "Invalid JWT",
      ]);
      assert.deepEqual(await raw(credentials, "{"), [400, "Body is not valid JSON"]);
      assert.match((await raw(credentials, "{}"))[1], /^body\/name /);
      const route = await fetch(`${url}/storage/v1/nothing`);
      assert.equal(route.status, 404);
      await route.body?.cancel();
    },
  }));
