/** What survives: the bytes that arrived, whatever happened to the connection or the process that took them. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import postgres from "postgres";
import { eventually, withPlatform } from "../../testing.ts";
import { NO_LEAKS, noise, withStorage } from "../storage_fixture.ts";
import { at, begin, tus } from "./resumable_client_fixture.ts";

/** A body that sends its bytes in pieces and then says no more: the connection will be cut. */
function cutAfter(bytes: Uint8Array, pieces: readonly number[]): ReadableStream<Uint8Array> {
  let start = 0;
  const ends = [...pieces];
  return new ReadableStream({
    async pull(controller) {
      const length = ends.shift();
      if (length === undefined) return await new Promise(() => {});
      controller.enqueue(bytes.subarray(start, start += length));
    },
  });
}

Deno.test(
  "however PATCHes are cut, going on from the offset that HEAD tells ends with the same bytes",
  NO_LEAKS,
  (t) =>
    withStorage(t, {
      async "cuts at any place, in any number"(harness) {
        await harness.admin.storage.createBucket("files");
        const headers = { authorization: `Bearer ${harness.tokens.secretKey}`, "x-upsert": "true" };
        const cuts = fc.array(fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 4 }), {
          maxLength: 5,
        });
        await fc.assert(
          fc.asyncProperty(fc.integer({ min: 1, max: 300_000 }), cuts, async (size, cuts) => {
            const bytes = noise(size);
            const { location } = await begin(harness, headers, "a", size);
            const offsetNow = async () =>
              Number((await tus("HEAD", location, headers)).headers.get("upload-offset"));
            let sent = 0;
            for (const pieces of cuts) {
              const offset = await offsetNow();
              sent = Math.max(sent, offset) + pieces.reduce((sum, piece) => sum + piece, 0);
              if (sent >= size) break;
              const cut = new AbortController();
              const body = cutAfter(bytes.subarray(offset), pieces);
              const patch = tus("PATCH", location, { ...headers, ...at(offset) }, body, cut.signal)
                .catch(() => undefined);
              await new Promise((resolve) => setTimeout(resolve, 3));
              cut.abort();
              await patch;
              assert.ok(await offsetNow() <= sent, "nothing is there that was not sent");
            }
            // A PATCH that was cut may still be taken in when HEAD has been answered: then there is a conflict.
            let last = { status: 409, headers: new Headers() };
            while (last.status === 409) {
              const offset = await offsetNow();
              last = await tus("PATCH", location, { ...headers, ...at(offset) }, bytes.subarray(offset));
            }
            assert.equal(last.headers.get("tus-complete"), "1");
            const { data } = await harness.admin.storage.from("files").download("a");
            assert.deepEqual(await data?.bytes(), bytes);
          }),
          { numRuns: 25 },
        );
      },

      async "a request that says no more gives way to the next one"(harness) {
        await harness.admin.storage.createBucket("files");
        const headers = { authorization: `Bearer ${harness.tokens.secretKey}` };
        const bytes = noise(100_000);
        const { location } = await begin(harness, headers, "a", bytes.length);
        const cut = new AbortController();
        const silent = tus("PATCH", location, { ...headers, ...at(0) }, cutAfter(bytes, [40_000]), cut.signal)
          .catch(() => undefined);
        await eventually(async () => {
          const [size = 0] = await harness.fileSizes();
          return size === 40_000 || undefined;
        }, { what: "the first bytes" });
        const head = await tus("HEAD", location, headers); // waits for three seconds
        assert.equal(head.headers.get("upload-offset"), "40000");
        const last = await tus("PATCH", location, { ...headers, ...at(40_000) }, bytes.subarray(40_000));
        assert.equal(last.headers.get("tus-complete"), "1");
        cut.abort();
        await silent;
      },
    }),
);

Deno.test("a killed process leaves what arrived, and the next one goes on", () =>
  withPlatform(async (cluster) => {
    const directory = await Deno.makeTempDir();
    const sql = postgres(cluster.url(), { max: 1, onnotice: () => {} });
    try {
      await sql`insert into storage.buckets (id, name) values ('files', 'files')`;
      const bytes = noise(20 * 1024 * 1024);
      const first = await startProcess(cluster.url("supabase_admin"), directory);
      const { location } = await begin(first, first.headers, "a", bytes.length);
      const sent = 12 * 1024 * 1024;
      const patch = tus(
        "PATCH",
        location,
        { ...first.headers, ...at(0) },
        cutAfter(bytes, Array(12).fill(2 ** 20)),
      )
        .catch(() => undefined);
      const path = location.slice(first.url.length);
      const file = `${directory}/resumable`;
      await eventually(async () => {
        for await (const { name } of Deno.readDir(file)) {
          if ((await Deno.stat(`${file}/${name}`)).size === sent) return true;
        }
      }, { what: "twelve MiB" });
      await first.end("SIGKILL");
      await patch;

      const second = await startProcess(cluster.url("supabase_admin"), directory);
      const head = await tus("HEAD", second.url + path, second.headers);
      assert.equal(head.headers.get("upload-offset"), String(sent));
      const last = await tus(
        "PATCH",
        second.url + path,
        { ...second.headers, ...at(sent) },
        bytes.subarray(sent),
      );
      assert.equal(last.headers.get("tus-complete"), "1");
      const { body } = await fetch(`${second.url}/storage/v1/object/authenticated/files/a`, {
        headers: second.headers,
      });
      const digest = async (data: Uint8Array<ArrayBuffer>) =>
        new Uint8Array(await crypto.subtle.digest("SHA-256", data));
      assert.deepEqual(await digest(await new Response(body).bytes()), await digest(bytes));
      await second.end("SIGTERM");
    } finally {
      await sql.end();
      await Deno.remove(directory, { recursive: true });
    }
  }));

async function startProcess(databaseUrl: string, directory: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      fileURLToPath(import.meta.resolve("./storage_process_fixture.ts")),
      databaseUrl,
      directory,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { url, key } = JSON.parse((await reader.read()).value ?? "{}");
  return {
    url: url as string,
    headers: { authorization: `Bearer ${key}`, apikey: key as string },
    end: async (signal: Deno.Signal) => {
      child.kill(signal);
      await reader.cancel();
      await child.status;
    },
  };
}
