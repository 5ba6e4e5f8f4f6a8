import assert from "node:assert/strict";
import { eventually } from "../testing.ts";
import { ANA, FILE_SIZE_LIMIT, NO_LEAKS, noise, OWN_FOLDER, withStorage } from "./storage_fixture.ts";

const refusal = ({ error }: { error: unknown }) => {
  const { status, statusCode, code, message } = error as Record<string, unknown>;
  return [status, statusCode, code, message];
};

Deno.test("uploads", NO_LEAKS, (t) =>
  withStorage(t, {
    async "every kind of body that storage-js takes arrives with its type, cache control and metadata"(
      { admin, sql },
    ) {
      await admin.storage.createBucket("files");
      const bucket = admin.storage.from("files");
      const bytes = noise(3000);
      const form = new FormData();
      form.append("", new Blob([bytes], { type: "image/png" }), "cat.png");
      const options = { contentType: "image/png", cacheControl: "60", metadata: { by: "Ana", n: 1 } };
      const bodies = {
        "blob.png": new Blob([bytes], { type: "image/png" }),
        "form.png": form,
        "array.png": bytes,
        "buffer.png": bytes.buffer,
        "stream.png": new Blob([bytes]).stream(),
      };
      for (const [name, body] of Object.entries(bodies)) {
        const { data, error } = await bucket.upload(`kinds/${name}`, body, options);
        assert.equal(error, null, name);
        assert.equal(data?.path, `kinds/${name}`);
        assert.equal(data?.fullPath, `files/kinds/${name}`);
        const [row] = await sql`select * from storage.objects where id = ${data?.id ?? null}`;
        assert.equal(row?.name, `kinds/${name}`);
        const { lastModified, eTag, ...metadata } = row?.metadata ?? {};
        assert.deepEqual(metadata, {
          size: 3000,
          mimetype: "image/png",
          cacheControl: "max-age=60",
          contentLength: 3000,
          httpStatusCode: 200,
        }, name);
        assert.match(eTag, /^"[0-9a-f]{32}"$/);
        assert.ok(Date.parse(lastModified) <= Date.now());
        assert.deepEqual(row?.user_metadata, { by: "Ana", n: 1 }, name);
        const { data: back } = await bucket.download(`kinds/${name}`);
        assert.deepEqual(await back?.bytes(), bytes, name);
      }
      for (const [n, text] of ["nonsense", "[1]", "null"].entries()) {
        const wrong = new FormData();
        wrong.append("metadata", text);
        wrong.append("", new Blob([bytes]));
        const { data } = await bucket.upload(`metadata/${n}`, wrong);
        const [row] = await sql`select user_metadata from storage.objects where id = ${data?.id ?? null}`;
        assert.deepEqual({ ...row }, { user_metadata: null }, text);
      }
      await bucket.upload("text.txt", "olá");
      const { data: text } = await bucket.download("text.txt");
      assert.equal(text?.type, "text/plain;charset=utf-8");
      assert.equal(await text?.text(), "olá");
      await bucket.upload("empty", new Uint8Array());
      assert.equal((await bucket.download("empty")).data?.size, 0);
    },

    async "an object is replaced only by update or upsert, and the replaced file goes"({ admin, files }) {
      await admin.storage.createBucket("files");
      const bucket = admin.storage.from("files");
      const first = await bucket.upload("a.txt", "one");
      const [firstFile] = await files();
      const again = await bucket.upload("a.txt", "two");
      assert.deepEqual(refusal(again), [400, "409", "KeyAlreadyExists", "The resource already exists"]);
      assert.deepEqual(await files(), [firstFile], "the refused upload left a file");
      const content = async () => await (await bucket.download("a.txt")).data?.text();
      assert.equal(await content(), "one");

      const upserted = await bucket.upload("a.txt", "three", { upsert: true });
      assert.equal(upserted.data?.id, first.data?.id);
      assert.equal(await content(), "three");
      assert.equal((await bucket.update("a.txt", new Blob(["four"]))).error, null);
      assert.equal(await content(), "four");
      assert.equal((await files()).length, 1);
      assert.notEqual((await files())[0], firstFile);
    },

    async "twenty megabytes go up and down unharmed, as a stream and as a form"({ admin, url, tokens }) {
      await admin.storage.createBucket("files");
      const bytes = noise(20 * 1024 * 1024);
      const expected = await crypto.subtle.digest("SHA-256", bytes);
      const pieces = () => {
        let at = 0;
        return new ReadableStream<Uint8Array>({
          pull(controller) {
            const next = bytes.subarray(at, at += 100_003);
            if (next.length === 0) controller.close();
            else controller.enqueue(next);
          },
        });
      };
      const bucket = admin.storage.from("files");
      assert.equal((await bucket.upload("stream", pieces())).error, null);
      assert.equal((await bucket.upload("form", new Blob([bytes]))).error, null);
      for (const name of ["stream", "form"]) {
        const headers = { apikey: tokens.secretKey };
        const response = await fetch(`${url}/storage/v1/object/authenticated/files/${name}`, { headers });
        assert.equal(response.headers.get("content-length"), String(bytes.length));
        assert.deepEqual(await crypto.subtle.digest("SHA-256", await response.arrayBuffer()), expected, name);
      }
    },

    async "size limits hold, the bucket's and the service's, but where a bare body does not tell its length"(
      { admin, files, url, tokens },
    ) {
      await admin.storage.createBucket("small", { public: false, fileSizeLimit: 1000 });
      await admin.storage.createBucket("large");
      const tooLarge = [400, "413", "EntityTooLarge", "The object exceeded the maximum allowed size"];
      const small = admin.storage.from("small");
      assert.equal((await small.upload("fits", new Uint8Array(1000))).error, null);
      assert.equal((await small.upload("fits.form", new Blob([new Uint8Array(1000)]))).error, null);
      for (const [name, size] of [["small", 1001], ["large", FILE_SIZE_LIMIT + 1]] as const) {
        const bucket = admin.storage.from(name);
        const bytes = new Uint8Array(size);
        assert.deepEqual(refusal(await bucket.upload("bytes", bytes)), tooLarge);
        assert.deepEqual(refusal(await bucket.upload("form", new Blob([bytes]))), tooLarge);
      }
      // As there: nobody counts the bytes of a bare body that does not say how long it is.
      const chunked = new Blob([new Uint8Array(5000)]).stream();
      assert.equal((await small.upload("chunked", chunked)).error, null);
      assert.equal((await small.info("chunked")).data?.size, 5000);
      let sent = 0;
      const long = new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve)); // so that the answer can overtake it
          controller.enqueue(new Uint8Array(10_000));
          if (++sent === 100) controller.close();
        },
      });
      const head = '--x\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n';
      const form = await fetch(`${url}/storage/v1/object/small/long`, {
        method: "POST",
        headers: { apikey: tokens.secretKey, "content-type": "multipart/form-data; boundary=x" },
        body: ReadableStream.from(async function* () {
          yield new TextEncoder().encode(head);
          yield* long;
        }()),
      });
      assert.equal((await form.json()).code, "EntityTooLarge", "a form's are counted");
      assert.ok(sent < 50, "the refusal came only when the whole body had been sent");
      assert.equal((await small.list()).data?.length, 3);
      assert.equal((await files()).length, 3);
    },

    async "an upload whose client goes away leaves nothing behind"({ admin, url, tokens, files }) {
      await admin.storage.createBucket("files");
      const abort = new AbortController();
      const stalls = new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(70_000)) });
      const sent = fetch(`${url}/storage/v1/object/files/half`, {
        method: "POST",
        headers: { apikey: tokens.secretKey },
        body: stalls,
        signal: abort.signal,
      }).catch((error) => error.name);
      await eventually(async () => (await files()).length > 0 || undefined, { what: "a partial file" });
      abort.abort();
      assert.equal(await sent, "AbortError");
      await eventually(async () => (await files()).length === 0 || undefined, { what: "its removal" });
      assert.deepEqual((await admin.storage.from("files").list()).data, []);
    },

    async "uploads that cannot be stored are refused as storage-api refuses them"(
      { admin, url, tokens, files, sql },
    ) {
      await admin.storage.createBucket("images", { public: false, allowedMimeTypes: ["image/*"] });
      const images = admin.storage.from("images");
      const wrongType = [400, "415", "InvalidMimeType", "mime type text/csv is not supported"];
      assert.deepEqual(refusal(await images.upload("a", "x", { contentType: "text/csv" })), wrongType);
      assert.deepEqual(refusal(await images.upload("a", new Blob(["x"], { type: "text/csv" }))), wrongType);
      const nowhere = await admin.storage.from("nowhere").upload("a", "x");
      assert.deepEqual(refusal(nowhere), [400, "404", "NoSuchBucket", "Bucket not found"]);
      assert.deepEqual(refusal(await images.upload("ação", "x")), [
        400,
        "400",
        "InvalidKey",
        "Invalid key: ação",
      ]);

      const send = async (path: string, init: RequestInit) => {
        const headers = { apikey: tokens.secretKey, ...init.headers as Record<string, string> };
        const response = await fetch(`${url}/storage/v1/object/${path}`, {
          method: "POST",
          ...init,
          headers,
        });
        return [response.status, (await response.json()).code];
      };
      for (
        const path of ["images/%", "images/a%00b", "images/a%252e%252eb", "images/a%5cb", "images/a%23b"]
      ) {
        assert.deepEqual(await send(path, { body: "x" }), [400, "InvalidKey"], path);
      }
      const form = new FormData();
      form.append("cacheControl", "60");
      assert.deepEqual(
        await send("images/a", { body: form }),
        [400, "InvalidRequest"],
        "a form without a file",
      );
      const broken = { "content-type": "multipart/form-data; boundary=x" };
      assert.deepEqual(await send("images/a", { body: "--x\r\n", headers: broken }), [400, "InvalidRequest"]);

      await sql.unsafe(`
      create function public.refuse() returns trigger language plpgsql as
        $$ begin raise exception 'not today'; end $$;
      create trigger refuse after insert on storage.objects for each row execute function public.refuse()`);
      const byTrigger = await images.upload("a.png", new Blob(["x"], { type: "image/png" }));
      assert.deepEqual(refusal(byTrigger), [500, "500", "DatabaseError", "not today"]);
      assert.deepEqual(await files(), []);
    },

    async "concurrent upserts of one key leave one whole object and one file"({ sql, user, admin, files }) {
      await admin.storage.createBucket("files");
      await sql.unsafe(OWN_FOLDER);
      const bucket = (await user(ANA)).storage.from("files");
      const contents = Array.from({ length: 12 }, (_, n) => String(n).repeat(10_000 + n));
      const answers = await Promise.all(
        contents.map((content) => bucket.upload(`${ANA}/same.txt`, content, { upsert: true })),
      );
      assert.deepEqual(answers.map(({ error }) => error), contents.map(() => null));
      assert.equal(new Set(answers.map(({ data }) => data?.id)).size, 1);
      const { data } = await bucket.download(`${ANA}/same.txt`);
      assert.ok(contents.includes(await data?.text() ?? ""));
      assert.equal((await files()).length, 1);

      const plain = await Promise.all(contents.map((content) => bucket.upload(`${ANA}/once.txt`, content)));
      assert.equal(plain.filter(({ error }) => error === null).length, 1);
      assert.equal((await files()).length, 2);
    },
  }));
