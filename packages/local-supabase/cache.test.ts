import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import {
  cached,
  CacheError,
  cachePath,
  contentKey,
  exists,
  makeRunDirectory,
  openCache,
  runsPath,
} from "./cache.ts";

/** Runs `body` with a cache of its own. */
async function withCache(body: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir();
  const before = Deno.env.get("LOCAL_SUPABASE_CACHE");
  Deno.env.set("LOCAL_SUPABASE_CACHE", path);
  try {
    await body(path);
  } finally {
    if (before === undefined) Deno.env.delete("LOCAL_SUPABASE_CACHE");
    else Deno.env.set("LOCAL_SUPABASE_CACHE", before);
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("a relative cache is taken from where the program runs, as an absolute path; an empty one is none", async () => {
  await withCache((path) => {
    Deno.env.set("LOCAL_SUPABASE_CACHE", relative(Deno.cwd(), path));
    assert.equal(cachePath(), path);
    Deno.env.set("LOCAL_SUPABASE_CACHE", "");
    assert.match(cachePath(), /^\/var\/tmp\/local-supabase-/);
    return Promise.resolve();
  });
});

Deno.test("an entry is built once, however many ask for it at once", async () => {
  await withCache(async () => {
    let builds = 0;
    const build = async (scratch: string) => {
      builds++;
      await Deno.writeTextFile(join(scratch, "file"), "made");
    };
    const paths = await Promise.all([cached("thing", build), cached("thing", build)]);
    const again = await cached("thing", build);
    assert.deepEqual(new Set([...paths, again]).size, 1);
    assert.equal(await Deno.readTextFile(join(again, "file")), "made");
    assert.ok(builds <= 2, "two may race to build it, a third finds it");
  });
});

Deno.test("an entry whose building fails is not there afterwards", async () => {
  await withCache(async (path) => {
    await assert.rejects(cached("broken", () => Promise.reject(new Error("no"))), /no/);
    assert.equal(await exists(join(path, "broken")), false);
    assert.deepEqual([...Deno.readDirSync(path)], []);
  });
});

Deno.test("what a killed process left behind is removed by the next", async () => {
  await withCache(async (path) => {
    const dead = new Deno.Command("true").spawn();
    await dead.status;
    await Deno.mkdir(join(path, `run-${dead.pid}-abc`, "data"), { recursive: true });
    const mine = await makeRunDirectory();
    const another = await makeRunDirectory();
    assert.equal(await exists(join(path, `run-${dead.pid}-abc`)), false);
    assert.ok(await exists(mine) && await exists(another));
  });
});

Deno.test("databases may run elsewhere than in the cache, and what is left there is removed too", async () => {
  await withCache(async (path) => {
    const runs = join(path, "in memory");
    Deno.env.set("LOCAL_SUPABASE_RUNS", runs);
    try {
      assert.equal(runsPath(), runs);
      const dead = new Deno.Command("true").spawn();
      await dead.status;
      // Also what a stack has left that was to last, in the cache.
      const left = [runs, path].map((home) => join(home, `run-${dead.pid}-abc`));
      for (const one of left) await Deno.mkdir(one, { recursive: true });
      assert.equal(dirname(await makeRunDirectory(runsPath())), runs);
      for (const one of left) assert.equal(await exists(one), false, one);
    } finally {
      Deno.env.delete("LOCAL_SUPABASE_RUNS");
    }
    assert.equal(runsPath(), path);
  });
});

Deno.test("a cache that cannot be used says so", async () => {
  await withCache(async (path) => {
    await Deno.writeTextFile(join(path, "file"), "");
    Deno.env.set("LOCAL_SUPABASE_CACHE", join(path, "file"));
    await assert.rejects(openCache(), CacheError);
  });
});

Deno.test("a content key depends on every part", async () => {
  const keys = await Promise.all([
    contentKey("a", "b"),
    contentKey("ab", ""),
    contentKey("a", "b", ""),
    contentKey("a", "b"),
  ]);
  assert.equal(new Set(keys).size, 3);
});

Deno.test("an entry that nothing has asked for in a week is removed when the next is built", async () => {
  await withCache(async () => {
    const build = () => Promise.resolve();
    const [old, used] = [await cached("old", build), await cached("used", build)];
    const longAgo = new Date("2026-01-01");
    for (const path of [old, used]) await Deno.utime(path, longAgo, longAgo);
    await cached("used", build);
    await cached("new", build);
    assert.deepEqual([await exists(old), await exists(used)], [false, true]);
  });
});
