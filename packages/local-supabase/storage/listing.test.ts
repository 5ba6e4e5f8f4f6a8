import assert from "node:assert/strict";
import { NO_LEAKS, withStorage } from "./storage_fixture.ts";

Deno.test("listings", NO_LEAKS, (t) =>
  withStorage(t, {
    async "a listing shows one level, objects and folders, in the order asked for"({ admin, sql }) {
      await admin.storage.createBucket("files");
      await admin.storage.createBucket("others");
      const bucket = admin.storage.from("files");
      for (
        const name of [
          "b.txt",
          "a.txt",
          "C.txt",
          "docs/one.txt",
          "docs/two.txt",
          "docs/deep/x.txt",
          "A&B/y.txt",
        ]
      ) {
        await bucket.upload(name, name);
      }
      await admin.storage.from("others").upload("elsewhere.txt", "x");
      const day = (n: number) => new Date(Date.UTC(2026, 0, n));
      for (const [n, name] of ["C.txt", "a.txt", "b.txt"].entries()) {
        await sql`update storage.objects set created_at = ${day(n + 1)} where name = ${name}`;
      }
      const list = async (path?: string, options?: Parameters<typeof bucket.list>[1]) => {
        const { data, error } = await bucket.list(path, options);
        assert.equal(error, null);
        return data?.map(({ name, id }) => id === null ? `${name}/` : name);
      };

      assert.deepEqual(await list(), ["A&B/", "a.txt", "b.txt", "C.txt", "docs/"]);
      assert.deepEqual(await list("docs"), ["deep/", "one.txt", "two.txt"]);
      assert.deepEqual(await list("docs/"), ["deep/", "one.txt", "two.txt"]);
      assert.deepEqual(await list("docs/deep"), ["x.txt"]);
      assert.deepEqual(await list("A&B"), ["y.txt"]);
      assert.deepEqual(await list("doc"), [], "a folder's name must match as a whole");
      assert.deepEqual(await list("%"), []);
      assert.deepEqual(await list("nowhere"), []);
      const byName = { column: "name", order: "desc" };
      assert.deepEqual(await list("", { sortBy: byName }), ["docs/", "C.txt", "b.txt", "a.txt", "A&B/"]);
      const byAge = { column: "created_at", order: "desc" };
      assert.deepEqual(await list("", { sortBy: byAge }), ["docs/", "A&B/", "b.txt", "a.txt", "C.txt"]);
      assert.deepEqual(await list("", { limit: 2, offset: 1 }), ["a.txt", "b.txt"]);
      assert.deepEqual(await list("", { search: "c" }), ["C.txt"]);
      assert.deepEqual(await list("docs", { search: "t" }), ["two.txt"]);
      assert.deepEqual(await list("", { search: "_" }), [], "wildcards of SQL mean nothing");

      const [file] = (await bucket.list("docs", { search: "one" })).data ?? [];
      assert.equal(file?.metadata?.size, "docs/one.txt".length);
      assert.ok(file?.created_at && file.updated_at && file.last_accessed_at);
      const wrong = await bucket.list("", { sortBy: { column: "owner", order: "asc" } });
      assert.match(wrong.error?.message ?? "", /^body\/sortBy\/column /);
    },
  }));
