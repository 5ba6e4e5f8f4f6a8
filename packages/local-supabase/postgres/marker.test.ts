import assert from "node:assert/strict";
import { join } from "node:path";
import { withPlatform } from "../testing.ts";
import { markDatabase, projectOf } from "./marker.ts";

Deno.test("a database that was marked says which project it serves, in every session", async () => {
  const home = await Deno.makeTempDir();
  const directory = join(home, "área de trabalho", 'it\'s my "app"');
  try {
    await Deno.mkdir(directory, { recursive: true });
    await withPlatform(async (cluster) => {
      assert.equal(await projectOf(cluster.url()), null);
      await markDatabase(cluster.url("supabase_admin"), directory);
      assert.equal(await projectOf(cluster.url()), await Deno.realPath(directory));
      assert.equal(await projectOf(cluster.url("authenticator")), await Deno.realPath(directory));
    });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
