/** The client on streams instead of the socket (`transport: "sse"`), against the real function. */
import { eventually } from "@esteira/local-supabase/testing";
import type { SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { createEsteira } from "@esteira/client";
import { startEnvironment } from "../world/environment.ts";

Deno.test("on streams a client is as live as on the socket, over their ends too", async (t) => {
  const environment = await startEnvironment({
    functionsEnv: { ESTEIRA_STREAM_MS: "1000" },
    fal: { taskMs: 100 },
  });
  const { sql, deployment } = environment;
  const user = await environment.signUp(50);
  const esteira = createEsteira(user.client as unknown as SupabaseClient, { transport: "sse" });
  const states: string[] = [];
  const unlisten = esteira.connection.subscribe(() => {
    const { status, via, reason } = esteira.connection.getSnapshot();
    states.push(`${status} ${via} ${reason}`);
  });
  const queue = esteira.jobs.queue();
  const release = queue.subscribe(() => {});
  try {
    await t.step("a job is shown from a click to its result", async () => {
      await eventually(() => esteira.connection.getSnapshot().status === "live" || undefined);
      assert.equal(esteira.connection.getSnapshot().via, "sse");
      const done = await esteira.jobs.create("image", { prompt: "a lighthouse" }).done();
      assert.equal(done.status, "completed");
      assert.ok(done.output.files[0]?.signedUrl);
    });

    await t.step(
      "what changes is heard of within a second, stream after stream, without being down",
      async () => {
        await sql`select private.create_lane('still', 'still', 'pull')`;
        await sql`insert into public.tools (tool, lane, titles) values ('still', 'still', '{"en": "Still"}')`;
        const [job] = await sql`select * from public.create_job(${user.userId}, 'still', '{}')`;
        const id = String(job?.id);
        const begun = performance.now();
        const before = states.length;
        for (let progress = 1; performance.now() - begun < 5_000; progress++) {
          // Ten a second: of more than an id can name, one would be told to read anew.
          await sql`update public.jobs set progress = ${progress % 100} from pg_sleep(0.1) where id = ${id}`;
          await eventually(
            () =>
              queue.getSnapshot().data?.jobs.find((job) => job.id === id)?.progress === progress % 100 ||
              undefined,
            {
              what: `change ${progress}`,
              timeoutMs: 1500, // of which a second is between two streams
            },
          );
        }
        assert.deepEqual(states.slice(before), [], "it was live all the time");
      },
    );

    await t.step("when the functions die it comes back by itself", async () => {
      deployment.faults?.killFunctions();
      const handle = esteira.jobs.create("image", { prompt: "a boat" });
      assert.equal((await handle.done()).status, "completed");
      await eventually(() => esteira.connection.getSnapshot().status === "live" || undefined, {
        timeoutMs: 15_000,
      });
    });
  } finally {
    release();
    unlisten();
    esteira.close();
    await environment.close();
  }
});
