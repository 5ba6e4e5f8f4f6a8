/** Uploads by the client, into the real Storage, by the real functions. */
import { createEsteira, type Esteira } from "@esteira/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Environment, startEnvironment, type User } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

const MIB = 1024 * 1024;
const bytes = new Uint8Array(13 * MIB);
for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
const film = () => new File([bytes], "film.mp4", { type: "video/mp4", lastModified: 1 });
const video = { tool: "video_upscaler", field: "video" };

Deno.test("the client uploads what jobs are made of", async (t) => {
  const environment = await startEnvironment({});
  const user = await environment.signUp(50);
  const opened: Esteira[] = [];
  /** A client as after a reload. */
  const open = (of: User = user) => {
    const esteira = createEsteira(of.client as unknown as SupabaseClient);
    opened.push(esteira);
    return esteira;
  };
  try {
    await t.step("a small file goes whole, and a job takes it", async () => {
      const esteira = open();
      const file = new File([drawPicture(24)], "photo.png", { type: "image/png" });
      const upload = esteira.upload(file, { tool: "upscaler" });
      const { path } = await upload;
      assert.deepEqual(upload.progress.getSnapshot(), { sent: file.size, total: file.size });
      await isThere(user, path, await file.bytes());
      const job = await esteira.jobs.create("upscaler", { image: path }).created;
      assert.equal(job.tool, "upscaler");
    });

    await t.step("13 MiB go in pieces", async () => {
      const seen: number[] = [];
      const { path } = await open().upload(film(), {
        ...video,
        onProgress: ({ sent }) => void seen.push(sent),
      });
      await isThere(user, path, bytes);
      assert.ok(seen.length > 3 && seen.at(-1) === bytes.length, seen.join());
    });

    await t.step("what was cut in the middle goes on in another client", async () => {
      const before = await objects(environment, user);
      const closing = new AbortController();
      const first = open();
      const cut = first.upload(film(), {
        ...video,
        signal: closing.signal,
        onProgress: ({ sent }) => void (sent > 6 * MIB && closing.abort(new Error("the tab is closed"))),
      });
      await assert.rejects(cut, /the tab is closed/);
      first.close();
      assert.deepEqual(await objects(environment, user), before);
      const seen: number[] = [];
      const { path } = await open().upload(film(), {
        ...video,
        onProgress: ({ sent }) => void seen.push(sent),
      });
      await isThere(user, path, bytes);
      assert.ok(Math.min(...seen) >= 6 * MIB, `it went on at ${Math.min(...seen)}`);
      assert.equal((await objects(environment, user)).length, before.length + 1);
    });

    await t.step("what the tool does not take is refused before anything is sent", async () => {
      const before = await objects(environment, user);
      const upload = (file: File, tool: string, field = "image") => open().upload(file, { tool, field });
      const text = new File(["text"], "a.txt", { type: "text/plain" });
      await assert.rejects(upload(text, "upscaler"), { code: "unsupported_file_type", status: 415 });
      const large = new File([new Uint8Array(31 * MIB)], "a.mp4", { type: "video/mp4" });
      await assert.rejects(upload(large, "video_upscaler", "video"), { code: "file_too_large", status: 413 });
      await assert.rejects(upload(film(), "no_tool"), { code: "unknown_tool" });
      assert.deepEqual(await objects(environment, user), before);
    });

    await t.step("a file that lies about its type is refused by the job, not paid for", async () => {
      const esteira = open();
      const { path } = await esteira.upload(new File(["text"], "a.png", { type: "image/png" }), {
        tool: "upscaler",
      });
      await assert.rejects(esteira.jobs.create("upscaler", { image: path }).created, {
        code: "unsupported_file_type",
      });
    });

    await t.step("nobody uploads to another user's path, or makes a job of their file", async () => {
      const other = await environment.signUp(50);
      const theirs = open(other);
      const { path } = await open().upload(new File([drawPicture(24)], "a.png", { type: "image/png" }), {
        tool: "upscaler",
      });
      await assert.rejects(theirs.jobs.create("upscaler", { image: path }).created, {
        code: "file_not_found",
      });
      const place = await theirs.upload(film(), video);
      assert.ok(place.path.startsWith(`${other.userId}/`), "the same file, and yet a place of their own");
      const { error } = await other.client.storage.from("inputs").upload(
        path,
        new Blob(["x"], { type: "image/png" }),
        {
          contentType: "image/png",
          upsert: true,
        },
      );
      assert.match(error?.message ?? "", /row-level security/);
    });
  } finally {
    for (const esteira of opened) esteira.close();
    await environment.close();
  }
});

async function isThere({ client }: User, path: string, expected: Uint8Array): Promise<void> {
  const { data, error } = await client.storage.from("inputs").download(path);
  assert.equal(error, null);
  assert.equal(Buffer.compare(new Uint8Array(await data?.arrayBuffer() ?? new ArrayBuffer()), expected), 0);
}

/** What the user has in `inputs`. */
async function objects({ sql }: Environment, { userId }: User): Promise<string[]> {
  const rows = await sql`
    select name from storage.objects where bucket_id = 'inputs' and name like ${`${userId}/%`} order by name`;
  return rows.map(({ name }) => String(name));
}
