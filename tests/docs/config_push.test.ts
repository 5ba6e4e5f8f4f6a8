/**
 * What `supabase config push` would make of a hosted project, by the real CLI and a Management API on this machine: our
 * config.toml declares no development settings, so whoever pushes it although docs/deploying.md does not ask for it
 * changes nothing that keeps people out.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { run } from "@esteira/local-supabase/command";
import { SUPABASE } from "../../scripts/paths.ts";
import { supabaseBinary } from "@esteira/supabase-cli/binary";
import { REF, startManagementApi } from "./management_api.ts";

const diff = z.object({ changes: z.array(z.object({ path: z.array(z.string()), declared: z.boolean() })) });

/** The settings that a push of this config.toml would change, as `auth.site_url`. */
async function wouldChange(config: string): Promise<string[]> {
  await using api = startManagementApi();
  const home = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(home, "supabase"));
    await Deno.writeTextFile(join(home, "supabase/config.toml"), config);
    const profile = join(home, "profile.yaml");
    await Deno.writeTextFile(
      profile,
      Object.entries({
        name: "local",
        api_url: api.url,
        dashboard_url: api.url,
        project_host: "example.invalid",
      })
        .map(([name, value]) => `${name}: ${value}\n`).join(""),
    );
    const env = {
      HOME: home,
      SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}`,
      SUPABASE_TELEMETRY_DISABLED: "1",
      DO_NOT_TRACK: "1",
    };
    const args = ["config", "diff", `--remote=${REF}`, "--profile", profile, "--output-format", "json"];
    const said = await run(supabaseBinary(), args, { cwd: home, env });
    assert.ok(api.requests.every((request) => request.startsWith("GET ")), "a diff changes nothing");
    const { changes } = diff.parse(JSON.parse(said));
    return changes.filter(({ declared }) => declared).map(({ path }) => path.join("."));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("pushing config.toml changes which schemas are exposed and how large files may be, and nothing else", async () => {
  const config = await Deno.readTextFile(join(SUPABASE, "config.toml"));
  assert.deepEqual(await wouldChange(config), ["api.schemas", "storage.file_size_limit"]);
});

Deno.test("a development setting in config.toml is one that a push would change", async () => {
  const config =
    '[auth]\nsite_url = "http://127.0.0.1:3000"\nminimum_password_length = 6\n[auth.email]\nenable_confirmations = false\n';
  assert.deepEqual(await wouldChange(config), [
    "auth.email.enable_confirmations",
    "auth.minimum_password_length",
    "auth.site_url",
  ]);
});
