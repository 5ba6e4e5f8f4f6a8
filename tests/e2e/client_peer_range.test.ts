/** The client stands on any supabase-js of its peer range: here on both ends of it, against the whole of Esteira. */
import { createEsteira } from "@esteira/client";
import { eventually } from "@esteira/local-supabase/testing";
import * as newest from "@supabase/supabase-js";
import assert from "node:assert/strict";
import * as oldest from "supabase-js-oldest";
import { startEnvironment } from "../world/environment.ts";
import { drawPicture } from "../world/picture.ts";

const HERE = new URL("../../", import.meta.url);
/** Used alike, typed apart. */
const ENDS = { oldest: oldest as unknown as typeof newest, newest };
const versionOf = async (name: string) =>
  JSON.parse(await Deno.readTextFile(new URL(`node_modules/${name}/package.json`, HERE))).version;

Deno.test("the peer range begins with the version that is tested", async () => {
  const { peerDependencies } = JSON.parse(
    await Deno.readTextFile(new URL("packages/client/package.json", HERE)),
  );
  assert.equal(peerDependencies["@supabase/supabase-js"], `>=${await versionOf("supabase-js-oldest")} <3`);
});

Deno.test("uploads, live changes and results work with the oldest supabase-js and with the newest", async (t) => {
  const environment = await startEnvironment({ runninghub: { taskMs: 300 } });
  const { apiUrl, publishableKey } = environment.deployment;
  try {
    for (const [name, { createClient }] of Object.entries(ENDS)) {
      const version = await versionOf(name === "oldest" ? "supabase-js-oldest" : "@supabase/supabase-js");
      await t.step(`${name}: ${version}`, async () => {
        const user = await environment.signUp(50);
        const { data } = await user.client.auth.getSession();
        const supabase = createClient(apiUrl, publishableKey, { auth: { persistSession: false } });
        const lines: string[] = [];
        const note = (line: string) => void lines.push(line);
        const esteira = createEsteira(supabase, {
          logger: { debug: note, warn: note, error: note },
        });
        try {
          assert.ok(data.session);
          await supabase.auth.setSession(data.session);
          const picture = new File([drawPicture(24)], "a.png", { type: "image/png" });
          const { path } = await esteira.upload(picture, { tool: "upscaler" });
          const release = esteira.jobs.queue().subscribe(() => {});
          await eventually(
            () => Promise.resolve(esteira.connection.getSnapshot().status === "live" || undefined),
            { what: "a live connection", timeoutMs: 15_000 },
          );
          const handle = esteira.jobs.create("upscaler", { image: path });
          const { output } = await handle.done(AbortSignal.timeout(15_000));
          assert.equal(output.files.length, 1);
          assert.deepEqual([esteira.connection.getSnapshot().status, esteira.connection.getSnapshot().via], [
            "live",
            "socket",
          ]);
          assert.ok(
            lines.some((line) => line.startsWith("[REALTIME] Job update received")),
            lines.join("\n"),
          );
          await assert.rejects(esteira.jobs.get(crypto.randomUUID()), { code: "not_found" });
          release();
        } finally {
          esteira.close();
          supabase.auth.stopAutoRefresh();
          await supabase.removeAllChannels();
          supabase.realtime.disconnect();
        }
      });
    }
  } finally {
    await environment.close();
  }
});
