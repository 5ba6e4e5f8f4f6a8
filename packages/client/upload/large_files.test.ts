import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Shelf } from "./shelf.ts";
import { ANA, BIA, withUploads, type World } from "./upload_fixture.ts";

const MIB = 1024 * 1024;
const bytes = Uint8Array.from({ length: 13 * MIB }, (_, at) => (at * 31) >> 8);
const film = () => new File([bytes], "film.mp4", { type: "video/mp4", lastModified: 1 });
const wish = { tool: "video_upscaler", field: "video" };
const code = (code: string) => (error: unknown) => (error as { code?: string }).code === code;
function isThere({ storage }: World, path: string, expected: Uint8Array = bytes) {
  assert.equal(Buffer.compare(storage.objects.get(path)?.bytes ?? new Uint8Array(), expected), 0, path);
}

/** Uploads until Storage has the first piece, then gives up: what a closed tab leaves behind. */
async function cutAfterOnePiece(world: World, file: Blob = film()): Promise<void> {
  const closing = new AbortController();
  const onProgress = ({ sent }: { sent: number }) => {
    if (sent > 6 * MIB) closing.abort(new Error("closed"));
  };
  await assert.rejects(world.open().upload(file, { ...wish, onProgress, signal: closing.signal }), /closed/);
}

/** Resolves when something is removed from the shelf. */
function removal(shelf: Shelf): Promise<void> {
  const { removeItem } = shelf;
  return new Promise((resolve) => {
    shelf.removeItem = (key) => {
      removeItem(key);
      resolve();
    };
  });
}

Deno.test("a large file goes in pieces of exactly 6 MiB, tells how far it is, and leaves nothing behind", () =>
  withUploads(async (world) => {
    const seen: number[] = [];
    const upload = world.open().upload(film(), { ...wish, onProgress: ({ sent }) => void seen.push(sent) });
    assert.deepEqual(await upload, { path: `${ANA}/1.png` });
    isThere(world, `${ANA}/1.png`);
    assert.deepEqual(world.storage.log, ["POST", "PATCH 0", `PATCH ${6 * MIB}`, `PATCH ${12 * MIB}`]);
    assert.deepEqual([...new Set(seen)].toSorted((a, b) => a - b), [...new Set(seen)], "it never goes back");
    assert.ok(seen.includes(6 * MIB) && seen.at(-1) === bytes.length);
    assert.equal(world.shelf.length, 0, "no token outlives its upload");
  }));

Deno.test("what was cut goes on from where it was after a reload, in the same place", () =>
  withUploads(async (world) => {
    await cutAfterOnePiece(world);
    const { log } = world.storage;
    log.length = 0;
    assert.deepEqual(await world.open().upload(film(), wish), { path: `${ANA}/1.png` });
    isThere(world, `${ANA}/1.png`);
    assert.equal(world.wishes.length, 1);
    assert.deepEqual(log, ["HEAD", `PATCH ${6 * MIB}`, `PATCH ${12 * MIB}`]);
    assert.equal(world.shelf.length, 0);
  }));

Deno.test("pieces that the network lost are sent again, and one whose answer was lost is not", () =>
  withUploads(async (world) => {
    world.storage.faults.set("PATCH", [
      "cut",
      { status: 503, body: "busy" },
      "answer lost",
      "cut",
      "answer lost",
    ]);
    world.storage.faults.set("HEAD", [{ status: 503, body: "busy" }, { status: 423, body: "locked" }]);
    assert.deepEqual(await world.open().upload(film(), wish), { path: `${ANA}/1.png` });
    isThere(world, `${ANA}/1.png`);
    assert.equal(world.storage.pieces.size, 1, "no second upload was begun");
  }));

Deno.test("a network that stays away is an error with a code; the next upload goes on", () =>
  withUploads(async (world) => {
    world.storage.faults.set("PATCH", Array(6).fill("cut"));
    await assert.rejects(world.open().upload(film(), wish), code("network"));
    world.storage.faults.clear();
    assert.deepEqual(await world.open().upload(film(), wish), { path: `${ANA}/1.png` });
    isThere(world, `${ANA}/1.png`);
  }));

Deno.test("a place that has expired, or is not known any more, is left for a new one", async (t) => {
  const ways: Record<string, (world: World) => void> = {
    "its time is up by our clock": (world) => world.now += 2 * 60 * 60_000,
    "Storage takes the token no more": (world) => world.storage.token = "another.one.now",
    "Storage has swept it": (world) => world.storage.pieces.clear(),
  };
  for (const [name, expire] of Object.entries(ways)) {
    await t.step(name, () =>
      withUploads(async (world) => {
        await cutAfterOnePiece(world);
        expire(world);
        assert.deepEqual(await world.open().upload(film(), wish), { path: `${ANA}/2.png` });
        isThere(world, `${ANA}/2.png`);
        assert.equal(world.shelf.length, 0);
      }));
  }
});

Deno.test("nobody goes on with another file's upload, or another user's, or another field's", async (t) => {
  const changed = bytes.slice();
  changed.fill(255, bytes.length - 1000);
  const others: Record<string, (world: World) => [Blob, { tool: string; field: string }]> = {
    "a file that was changed and kept its name, size and date": () => [
      new File([changed], "film.mp4", { type: "video/mp4", lastModified: 1 }),
      wish,
    ],
    "another date": () => [new File([bytes], "film.mp4", { type: "video/mp4", lastModified: 2 }), wish],
    "another field": () => [film(), { ...wish, field: "mask" }],
    "another user": (world) => {
      world.signIn(BIA);
      return [film(), wish];
    },
  };
  for (const [name, other] of Object.entries(others)) {
    await t.step(name, () =>
      withUploads(async (world) => {
        await cutAfterOnePiece(world);
        const [file, options] = other(world);
        const { path } = await world.open().upload(file, options);
        assert.match(path, /\/2\.png$/);
        isThere(world, path, await file.bytes());
      }));
  }
});

Deno.test("what is remembered is forgotten when its user signs out, and when it has expired", () =>
  withUploads(async (world) => {
    await cutAfterOnePiece(world);
    assert.equal(world.shelf.length, 1);
    const forgotten = removal(world.shelf);
    world.signIn(null);
    await forgotten;
    assert.equal(world.shelf.length, 0);

    world.signIn(ANA);
    await cutAfterOnePiece(world);
    world.shelf.setItem("theirs", "is left alone");
    world.now += 2 * 60 * 60_000;
    const swept = removal(world.shelf);
    world.open();
    await swept;
    assert.deepEqual([world.shelf.length, world.shelf.key(0)], [1, "theirs"]);
  }));

Deno.test("somebody who signs out while it is sent has no more of it sent", () =>
  withUploads(async (world) => {
    const leave = ({ sent }: { sent: number }) => {
      if (sent > 6 * MIB) world.signIn(BIA);
    };
    await assert.rejects(world.open().upload(film(), { ...wish, onProgress: leave }), code("user_changed"));
    assert.equal(world.storage.objects.size, 0);
  }));

Deno.test("the same file twice at once goes to two places", () =>
  withUploads(async (world) => {
    const uploads = world.open();
    const paths = await Promise.all([uploads.upload(film(), wish), uploads.upload(film(), wish)]);
    assert.deepEqual(paths.map(({ path }) => path).sort(), [`${ANA}/1.png`, `${ANA}/2.png`]);
    for (const { path } of paths) isThere(world, path);
  }));

Deno.test("what Storage refuses has its code", () =>
  withUploads(async (world) => {
    const refusals: [number, string][] = [[413, "file_too_large"], [415, "unsupported_file_type"]];
    for (const [status, refusal] of refusals) {
      world.storage.faults.set("POST", [{ status, body: "no" }]);
      await assert.rejects(world.open().upload(film(), wish), code(refusal));
    }
    assert.equal(world.shelf.length, 0);
  }));
