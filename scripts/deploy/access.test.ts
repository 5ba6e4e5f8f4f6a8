import assert from "node:assert/strict";
import { join } from "node:path";
import { readAccess } from "./access.ts";

const TOKEN = `sbp_${"0".repeat(40)}`;
const reading = (values: Record<string, string>) => (name: string) => values[name];

Deno.test("the token is that of the environment, or else the one that supabase login has written", async () => {
  const home = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(home, ".supabase"));
    await Deno.writeTextFile(join(home, ".supabase/access-token"), `sbp_${"1".repeat(40)}\n`);
    const given = await readAccess(reading({ HOME: home, SUPABASE_ACCESS_TOKEN: TOKEN }));
    assert.deepEqual(given, { token: TOKEN, apiUrl: "https://api.supabase.com", projectHost: "supabase.co" });
    const written = await readAccess(reading({ HOME: home }));
    assert.equal(written.token, `sbp_${"1".repeat(40)}`);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("nobody is logged in, or with what is no token: it says where one is made, and not what was given", async () => {
  const nowhere = { HOME: "/nowhere" };
  await assert.rejects(readAccess(reading(nowhere)), { code: "not_logged_in" });
  await assert.rejects(
    readAccess(reading({ ...nowhere, SUPABASE_ACCESS_TOKEN: "a secret of something else" })),
    (error: Error) => !error.message.includes("something else"),
  );
});

Deno.test("a profile that is none is told", async () => {
  await assert.rejects(
    readAccess(reading({ SUPABASE_ACCESS_TOKEN: TOKEN, SUPABASE_PROFILE: "/nowhere.yaml" })),
    /SUPABASE_PROFILE is \/nowhere\.yaml/,
  );
});
