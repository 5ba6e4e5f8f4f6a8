import assert from "node:assert/strict";
import { ANA, NO_LEAKS, noise, withStorage } from "./storage_fixture.ts";

Deno.test("downloads", NO_LEAKS, (t) =>
  withStorage(t, {
    async "ranges, conditions, HEAD and the download option are answered from the stored metadata"(
      { admin, url },
    ) {
      await admin.storage.createBucket("open", { public: true });
      const bytes = noise(200_000);
      const options = { contentType: "video/mp4", cacheControl: "60" };
      await admin.storage.from("open").upload("a b/clip.mp4", bytes, options);
      const link = admin.storage.from("open").getPublicUrl("a b/clip.mp4").data.publicUrl;
      assert.ok(link.startsWith(`${url}/storage/v1/object/public/open/a%20b/clip.mp4`));

      const whole = await fetch(link);
      assert.equal(whole.status, 200);
      const eTag = whole.headers.get("etag") ?? "";
      assert.deepEqual(await whole.bytes(), bytes);
      assert.equal(whole.headers.get("content-type"), "video/mp4");
      assert.equal(whole.headers.get("content-length"), "200000");
      assert.equal(whole.headers.get("cache-control"), "max-age=60");
      assert.equal(whole.headers.get("accept-ranges"), "bytes");
      assert.equal(whole.headers.get("content-disposition"), null);
      const modified = whole.headers.get("last-modified") ?? "";
      assert.ok(Date.parse(modified) > Date.now() - 60_000);

      const head = await fetch(link, { method: "HEAD" });
      assert.equal(head.status, 200);
      assert.equal(head.headers.get("content-length"), "200000");
      assert.equal((await head.bytes()).length, 0);

      const get = async (headers: HeadersInit, query = "") => {
        const response = await fetch(link + query, { headers });
        return { status: response.status, headers: response.headers, body: await response.bytes() };
      };
      const part = await get({ range: "bytes=70000-140000" });
      assert.equal(part.status, 206);
      assert.equal(part.headers.get("content-range"), "bytes 70000-140000/200000");
      assert.equal(part.headers.get("content-length"), "70001");
      assert.deepEqual(part.body, bytes.slice(70_000, 140_001));
      assert.deepEqual((await get({ range: "bytes=-5" })).body, bytes.slice(-5));
      const outside = await get({ range: "bytes=200000-" });
      assert.equal(outside.status, 416);
      assert.equal(outside.headers.get("content-range"), "bytes */200000");
      assert.equal((await get({ range: "bytes=0-1", "if-range": '"other"' })).status, 200);
      assert.equal((await get({ range: "bytes=0-1", "if-range": eTag })).status, 206);

      const unchanged = await get({ "if-none-match": `"other", ${eTag}` });
      assert.equal(unchanged.status, 304);
      assert.equal(unchanged.headers.get("etag"), eTag);
      assert.equal((await get({ "if-none-match": '"other"' })).status, 200);
      assert.equal((await get({ "if-modified-since": modified })).status, 304);
      assert.equal((await get({ "if-modified-since": new Date(0).toUTCString() })).status, 200);

      const disposition = async (query: string) => (await get({}, query)).headers.get("content-disposition");
      assert.equal(await disposition("?download"), "attachment;");
      assert.equal(
        await disposition("?download=o%20l%C3%A1.mp4"),
        "attachment; filename=o%20l%C3%A1.mp4; filename*=UTF-8''o%20l%C3%A1.mp4;",
      );
    },

    async "a page is served as plain text, and encoded content says how it is encoded"({ admin, url }) {
      await admin.storage.createBucket("open", { public: true });
      const bucket = admin.storage.from("open");
      await bucket.upload("page.html", "<script>", { contentType: "text/html" });
      const page = await fetch(bucket.getPublicUrl("page.html").data.publicUrl);
      assert.equal(page.headers.get("content-type"), "text/plain");
      assert.equal(await page.text(), "<script>");

      const zipped = new Blob(["packed text"]).stream().pipeThrough(new CompressionStream("gzip"));
      const bytes = await new Response(zipped).bytes();
      const options = { contentType: "text/plain", contentEncoding: "gzip" };
      await bucket.upload("raw.txt", bytes, options);
      await bucket.upload("form.txt", new Blob([bytes], { type: "text/plain" }), options);
      for (const name of ["raw.txt", "form.txt"]) {
        assert.equal(await (await bucket.download(name)).data?.text(), "packed text", name);
      }
      const raw = await fetch(`${url}/storage/v1/object/public/open/raw.txt`, { method: "HEAD" });
      assert.equal(raw.headers.get("content-encoding"), "gzip");
    },

    async "info and exists tell what is there, to those who may know"({ admin, anon, user }) {
      await admin.storage.createBucket("files");
      await admin.storage.from("files").upload("a.png", new Uint8Array(7), {
        contentType: "image/png",
        metadata: { taken_by: "Ana" },
      });
      const { data } = await admin.storage.from("files").info("a.png");
      assert.equal(data?.name, "a.png");
      assert.equal(data?.bucketId, "files");
      assert.equal(data?.size, 7);
      assert.equal(data?.contentType, "image/png");
      assert.equal(data?.cacheControl, "max-age=3600");
      assert.deepEqual(data?.metadata, { takenBy: "Ana" });
      assert.ok(data?.id && data.version && data.etag && data.createdAt && data.lastModified);
      assert.equal((await admin.storage.from("files").exists("a.png")).data, true);
      assert.equal((await admin.storage.from("files").exists("b.png")).data, false);
      for (const client of [anon, await user(ANA)]) {
        assert.equal((await client.storage.from("files").info("a.png")).error?.message, "Object not found");
        assert.equal((await client.storage.from("files").exists("a.png")).data, false);
      }
    },

    async "a public bucket is open to all for reading by key, a private one to nobody"(
      { admin, anon, url, tokens },
    ) {
      await admin.storage.createBucket("open", { public: true });
      await admin.storage.createBucket("closed");
      for (const name of ["open", "closed"]) await admin.storage.from(name).upload("a.txt", "a");
      const get = async (path: string, headers: HeadersInit = {}) => {
        const response = await fetch(`${url}/storage/v1/object/${path}`, { headers });
        const body = await response.text();
        return response.ok ? body : [response.status, JSON.parse(body).statusCode, JSON.parse(body).code];
      };
      assert.equal(await get("public/open/a.txt"), "a");
      assert.equal(await get("open/a.txt"), "a");
      assert.equal(await get("open/a.txt", { authorization: "Bearer worthless" }), "a");
      assert.match(await get("info/public/open/a.txt") as string, /"size":1/);
      assert.equal(await (await anon.storage.from("open").download("a.txt")).data?.text(), "a");
      assert.deepEqual(await get("public/open/b.txt"), [400, "404", "NoSuchKey"]);
      assert.deepEqual(await get("public/closed/a.txt"), [400, "404", "NoSuchBucket"]);
      assert.deepEqual(await get("info/public/closed/a.txt"), [400, "404", "NoSuchBucket"]);
      assert.deepEqual(await get("public/nowhere/a.txt"), [400, "404", "NoSuchBucket"]);
      assert.deepEqual(await get("closed/a.txt"), [400, "404", "NoSuchBucket"]);
      assert.deepEqual(await get("authenticated/closed/a.txt"), [400, "400", "InvalidRequest"]);
      assert.deepEqual(await get("closed/a.txt", { apikey: tokens.publishableKey }), [
        400,
        "404",
        "NoSuchKey",
      ]);
      const expired = await tokens.sign({ sub: ANA, role: "authenticated" }, -1);
      const late = { apikey: tokens.publishableKey, authorization: `Bearer ${expired}` };
      assert.deepEqual(await get("authenticated/closed/a.txt", late), [400, "403", "AccessDenied"]);
    },

    async "a row without a file is answered as missing"({ admin, sql }) {
      await admin.storage.createBucket("files");
      await sql`insert into storage.objects (bucket_id, name) values ('files', 'ghost.txt')`;
      const { error } = await admin.storage.from("files").download("ghost.txt");
      assert.equal(error?.message, "Object not found");
      await sql`insert into storage.objects (bucket_id, name, version, metadata)
      values ('files', 'lost.txt', 'gone', '{"size": 1, "eTag": "x", "mimetype": "a/b", "cacheControl": "no-cache"}')`;
      assert.equal(
        (await admin.storage.from("files").download("lost.txt")).error?.message,
        "Object not found",
      );
    },

    async "a download that is left half-way lets go of its file"({ admin }) {
      await admin.storage.createBucket("files");
      await admin.storage.from("files").upload("big", noise(8 * 1024 * 1024));
      const { data } = await admin.storage.from("files").download("big").asStream();
      const reader = data?.getReader();
      await reader?.read();
      await reader?.cancel(); // the check for leaks fails on a file left open
    },
  }));
