import assert from "node:assert/strict";
import { ANA, BIA, NO_LEAKS, OWN_FOLDER, withStorage } from "./storage_fixture.ts";

Deno.test("row-level security", NO_LEAKS, (t) =>
  withStorage(t, {
    async "policies keep two users out of each other's folders in every operation"(
      { admin, sql, user, anon, files },
    ) {
      await admin.storage.createBucket("files");
      await sql.unsafe(OWN_FOLDER);
      const ana = (await user(ANA)).storage.from("files");
      const bia = (await user(BIA)).storage.from("files");
      const secret = `${ANA}/secret.txt`;
      assert.equal((await ana.upload(secret, "hers")).error, null);
      assert.equal((await bia.upload(`${BIA}/own.txt`, "own")).error, null);

      const denied = "new row violates row-level security policy";
      for (const stranger of [bia, anon.storage.from("files")]) {
        assert.equal((await stranger.upload(`${ANA}/planted.txt`, "x")).error?.message, denied);
        assert.equal((await stranger.upload(secret, "x", { upsert: true })).error?.message, denied);
        assert.equal((await stranger.update(secret, "x")).error?.message, denied);
        assert.equal((await stranger.download(secret)).error?.message, "Object not found");
        assert.deepEqual((await stranger.list(ANA)).data, []);
        assert.deepEqual((await stranger.remove([secret])).data, []);
      }
      assert.equal(await (await ana.download(secret)).data?.text(), "hers");
      assert.deepEqual((await ana.list(ANA)).data?.map(({ name }) => name), ["secret.txt"]);
      assert.equal((await files()).length, 2, "a refused upload left a file, or a refused removal took one");
    },

    async "remove deletes what the caller may delete, returns it, and passes over the rest"(
      { admin, sql, user, files, url, tokens },
    ) {
      await admin.storage.createBucket("files");
      await sql.unsafe(OWN_FOLDER);
      const ana = (await user(ANA)).storage.from("files");
      await ana.upload(`${ANA}/a.txt`, "a");
      await ana.upload(`${ANA}/b.txt`, "b");
      await admin.storage.from("files").upload("root.txt", "r");
      const { data } = await ana.remove([`${ANA}/a.txt`, "root.txt", `${ANA}/missing.txt`]);
      assert.deepEqual(data?.map(({ name, bucket_id }) => [name, bucket_id]), [[`${ANA}/a.txt`, "files"]]);
      assert.equal((await files()).length, 2);
      assert.match((await ana.remove([])).error?.message ?? "", /^body\/prefixes /);

      const remove = async (key: string) => {
        const headers = { apikey: tokens.secretKey };
        const response = await fetch(`${url}/storage/v1/object/files/${key}`, { method: "DELETE", headers });
        return (await response.json()).message;
      };
      assert.equal(await remove("root.txt"), "Successfully deleted");
      assert.equal(await remove("root.txt"), "Object not found");
      assert.equal((await files()).length, 1);
    },

    async "an upload needs no more than the right to insert, and policies see who does what"(
      { admin, sql, user, files },
    ) {
      await admin.storage.createBucket("files");
      await sql.unsafe(`
      create policy "uploads of small pictures" on storage.objects for insert to authenticated
      with check (storage.operation() = 'storage.object.upload' and owner_id = (select auth.jwt() ->> 'sub')
        and metadata ->> 'mimetype' = 'image/png' and (metadata ->> 'size')::int < 100)`);
      const ana = (await user(ANA)).storage.from("files");
      const picture = (size: number) => new Blob([new Uint8Array(size)], { type: "image/png" });
      assert.equal((await ana.upload("a.png", picture(99))).error, null);
      const denied = "new row violates row-level security policy";
      assert.equal((await ana.upload("b.png", picture(100))).error?.message, denied);
      assert.equal((await ana.upload("b.txt", "text")).error?.message, denied);
      assert.equal((await ana.update("a.png", picture(1))).error?.message, denied);
      assert.equal((await files()).length, 1);
    },

    async "a token is taken for no more than a role that requests may have"({ admin, url, tokens }) {
      await admin.storage.createBucket("files");
      for (const role of ["supabase_admin", "postgres", "supabase_storage_admin", "nobody_at_all"]) {
        const token = await tokens.sign({ sub: ANA, role }, 60);
        const headers = { apikey: tokens.publishableKey, authorization: `Bearer ${token}` };
        const response = await fetch(`${url}/storage/v1/bucket`, { headers });
        assert.equal((await response.json()).code, "AccessDenied", role);
      }
    },
  }));
