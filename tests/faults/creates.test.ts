/** One click, one job: whatever the network does to a create, and however often it is tried. */
import { createClient } from "@supabase/supabase-js";
import { createEsteira, type JobHandle } from "@esteira/client";
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import { seeded } from "../races/mixed_operations.ts";
import { goodNetwork, type Refusal } from "./network/network.ts";
import { startProxy } from "./network/proxy.ts";
import { mend } from "./scenarios.ts";
import { startWorld } from "./world.ts";

const SEED = Number(Deno.env.get("ESTEIRA_SEED") ?? Date.now() % 2 ** 31);
const CLICKS = Deno.env.has("ESTEIRA_BIG") ? 200 : 30;
/** Between two clicks, in ms. */
const PACE = 60;

Deno.test(`each click is one job, shown once, over a network that fails (ESTEIRA_SEED=${SEED})`, async () => {
  const world = await startWorld();
  const { sql, apiPort, environment: { deployment: { publishableKey } } } = world;
  const person = await world.person();
  const random = seeded(SEED);
  const network = goodNetwork();
  const proxy = startProxy(apiPort, network);
  const supabase = createClient(proxy.url, publishableKey, { auth: { persistSession: false } });
  const { error } = await supabase.auth.signInWithPassword(person);
  assert.equal(error, null);
  const esteira = createEsteira(supabase, { shareTabs: false });
  const queue = esteira.jobs.queue({ limit: 100 });
  /** How many cards have been shown at once, at the most, for one click. */
  let most = 0;
  const leave = queue.subscribe(() => {
    const counts = new Map<string, number>();
    for (const { key } of queue.getSnapshot().data?.jobs ?? []) counts.set(key, (counts.get(key) ?? 0) + 1);
    most = Math.max(most, ...counts.values());
  });
  const handles: JobHandle[] = [];
  try {
    await eventually(() => queue.getSnapshot().data ?? undefined, { what: "the queue", timeoutMs: 10_000 });
    const refusals: Refusal[] = [0, 429, 502, 503];
    network.refusal = () => random() < 0.3 ? refusals[Math.floor(random() * 4)] : undefined;
    for (let n = 0; n < CLICKS; n++) {
      handles.push(esteira.jobs.create(person.lane, {}));
      // An answer may be cut off after the job is there: what is tried again must be known again.
      if (random() < 0.3) proxy.cut();
      await new Promise((resolve) => setTimeout(resolve, PACE));
    }
    mend(network);
    const created = await Promise.all(handles.map((handle) => handle.created));
    const keys = await sql`select idempotency_key as key, count(*)::integer from public.jobs
      where user_id = ${person.id} group by 1`;
    assert.deepEqual(
      Object.fromEntries(keys.map(({ key, count }) => [key, count])),
      Object.fromEntries(handles.map(({ key }) => [key, 1])),
    );
    assert.equal(new Set(created.map(({ id }) => id)).size, CLICKS);
    await eventually(() => {
      const jobs = queue.getSnapshot().data?.jobs ?? [];
      return jobs.length === Math.min(CLICKS, 100) && jobs.every(({ isCreating }) => !isCreating) ||
        undefined;
    }, { what: "each job on the screen, once", timeoutMs: 6_000 });
    assert.equal(most, 1, "a click was shown twice");
  } finally {
    leave();
    esteira.close();
    await supabase.removeAllChannels();
    await supabase.auth.stopAutoRefresh();
    await proxy.close();
    await world.close();
  }
});
