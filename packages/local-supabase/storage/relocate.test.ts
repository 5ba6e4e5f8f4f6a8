import assert from "node:assert/strict";
import { ANA, BIA, NO_LEAKS, OWN_FOLDER, withStorage } from "./storage_fixture.ts";

Deno.test("moves and copies", NO_LEAKS, (t) =>
  withStorage(t, {
    async "a moved object is the same object under another key or in another bucket"({ admin, files }) {
      await admin.storage.createBucket("files");
      await admin.storage.createBucket("archive");
      const bucket = admin.storage.from("files");
      const { data: uploaded } = await bucket.upload("a.txt", "content", { metadata: { n: 1 } });
      assert.deepEqual((await bucket.move("a.txt", "b/c.txt")).data?.message, "Successfully moved");
      assert.equal((await bucket.download("a.txt")).error?.message, "Object not found");
      const { data: info } = await bucket.info("b/c.txt");
      assert.equal(info?.id, uploaded?.id);
      assert.deepEqual(info?.metadata, { n: 1 });
      assert.equal((await bucket.move("b/c.txt", "c.txt", { destinationBucket: "archive" })).error, null);
      assert.equal(await (await admin.storage.from("archive").download("c.txt")).data?.text(), "content");
      assert.equal((await files()).length, 1);

      await bucket.upload("taken.txt", "x");
      const message = async (answer: ReturnType<typeof bucket.move>) => (await answer).error?.message;
      assert.equal(await message(bucket.move("missing.txt", "d.txt")), "Object not found");
      assert.equal(await message(bucket.move("taken.txt", "d#.txt")), "Invalid key: d#.txt");
      await bucket.upload("other.txt", "y");
      assert.equal(await message(bucket.move("other.txt", "taken.txt")), "The resource already exists");
      const nowhere = bucket.move("other.txt", "d.txt", { destinationBucket: "nowhere" });
      assert.equal(await message(nowhere), "The related resource does not exist");
      assert.equal(await (await bucket.download("other.txt")).data?.text(), "y");
    },

    async "a copy is an object of its own, with the metadata or without"({ admin, files, url, tokens }) {
      await admin.storage.createBucket("files");
      await admin.storage.createBucket("archive");
      const bucket = admin.storage.from("files");
      const options = { contentType: "text/css", cacheControl: "9", metadata: { n: 1 } };
      const { data: original } = await bucket.upload("a.css", "content", options);
      assert.deepEqual((await bucket.copy("a.css", "b.css")).data, { path: "files/b.css" });
      await bucket.copy("a.css", "c.css", {
        destinationBucket: "archive",
        copyMetadata: false,
        metadata: { mimetype: "text/plain" },
      });
      await bucket.remove(["a.css"]);
      assert.equal((await files()).length, 2);
      assert.equal(await (await bucket.download("b.css")).data?.text(), "content");
      const { data: copied } = await bucket.info("b.css");
      assert.notEqual(copied?.id, original?.id);
      assert.deepEqual([copied?.contentType, copied?.cacheControl, copied?.metadata], [
        "text/css",
        "max-age=9",
        { n: 1 },
      ]);
      const { data: bare } = await admin.storage.from("archive").info("c.css");
      assert.deepEqual([bare?.contentType, bare?.cacheControl, bare?.metadata], [
        "text/plain",
        "max-age=9",
        null,
      ]);

      assert.equal((await bucket.copy("missing", "d")).error?.message, "Object not found");
      await bucket.upload("taken", "old");
      assert.equal((await bucket.copy("b.css", "taken")).error?.message, "The resource already exists");
      assert.equal((await files()).length, 3, "a refused copy left a file");
      const upsert = await fetch(`${url}/storage/v1/object/copy`, {
        method: "POST",
        headers: { apikey: tokens.secretKey, "x-upsert": "true" },
        body: JSON.stringify({ bucketId: "files", sourceKey: "b.css", destinationKey: "taken" }),
      });
      assert.equal((await upsert.json()).Key, "files/taken");
      assert.equal(await (await bucket.download("taken")).data?.text(), "content");
      assert.equal((await files()).length, 3);
    },

    async "moves that cross never deadlock"({ admin }) {
      await admin.storage.createBucket("files");
      const bucket = admin.storage.from("files");
      await bucket.upload("a", "a");
      await bucket.upload("b", "b");
      const crossing = Array.from(
        { length: 20 },
        (_, n) => n % 2 ? bucket.move("a", "b") : bucket.move("b", "a"),
      );
      for (const { error } of await Promise.all(crossing)) {
        assert.equal(error?.message, "The resource already exists");
      }
    },

    async "moves and copies lead only where the caller may go"({ admin, sql, user, files }) {
      await admin.storage.createBucket("files");
      await sql.unsafe(OWN_FOLDER);
      const ana = (await user(ANA)).storage.from("files");
      const bia = (await user(BIA)).storage.from("files");
      await ana.upload(`${ANA}/a.txt`, "a");
      const denied = "new row violates row-level security policy";
      assert.equal((await bia.move(`${ANA}/a.txt`, `${BIA}/a.txt`)).error?.message, "Object not found");
      assert.equal((await bia.copy(`${ANA}/a.txt`, `${BIA}/a.txt`)).error?.message, "Object not found");
      assert.equal((await ana.move(`${ANA}/a.txt`, `${BIA}/a.txt`)).error?.message, denied);
      assert.equal((await ana.copy(`${ANA}/a.txt`, `${BIA}/a.txt`)).error?.message, denied);
      assert.equal((await ana.move(`${ANA}/a.txt`, `${ANA}/b.txt`)).error, null);
      assert.equal((await ana.copy(`${ANA}/b.txt`, `${ANA}/c.txt`)).error, null);
      assert.equal((await files()).length, 2);
    },
  }));
