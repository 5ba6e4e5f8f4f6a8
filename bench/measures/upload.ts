/** A file of 20 MB from a user's client to where its provider has it, beside one copy of it over loopback. */
import { createEsteira } from "@esteira/client";
import { freePort } from "@esteira/local-supabase/ports";
import { eventually } from "@esteira/local-supabase/testing";
import { createClient } from "@supabase/supabase-js";
import { drawPicture } from "../../tests/world/picture.ts";
import type { Contender, Figures, Measure } from "../contenders/contender.ts";
import { percentile } from "../harness/stats.ts";
import { time } from "../harness/timing.ts";
import { busyDuring } from "../realtime/busy.ts";
import { takeRig } from "../realtime/rig.ts";

const BYTES = 20_000_000;
const LEAST = 3;
const PATIENCE = 30_000;

/** Names that the targets look up. */
export const ONE_COPY = "one copy over loopback";
export const HANDED_OVER = "file → provider";
export const MEDIAN = "p50 ms";

export const upload: Measure = {
  name: "upload",
  title: "20 MB from a client to where the provider has them (upscaler at RunningHub's simulator)",
  sides: [{ name: ONE_COPY, open: openCopy }, { name: HANDED_OVER, open: openUpload }],
};

/** A picture with so much behind its end that it is as large as is asked for, and another one each time. */
function pictureOf(bytes: number): File {
  const picture = drawPicture(200);
  const rest = new Uint8Array(bytes - picture.length);
  for (let at = 0; at < rest.length; at += 65_536) {
    crypto.getRandomValues(rest.subarray(at, Math.min(at + 65_536, rest.length)));
  }
  return new File([picture, rest], `${crypto.randomUUID()}.png`, { type: "image/png" });
}

/** What nothing can be faster than on this machine with the same tools: fetch here, Deno.serve there, all of it read. */
function openCopy(): Promise<Contender> {
  const port = freePort();
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, async (request) => {
    let bytes = 0;
    for await (const chunk of request.body ?? []) bytes += chunk.length;
    return Response.json({ bytes });
  });
  const copy = async (body: File) => {
    await (await fetch(`http://127.0.0.1:${port}`, { method: "POST", body })).json();
  };
  return Promise.resolve({ round: (seconds) => rounds(seconds, copy), close: () => server.shutdown() });
}

async function openUpload(): Promise<Contender> {
  const rig = await takeRig();
  const { sql, environment } = rig.world;
  const [person] = await rig.people(1);
  if (!person) throw new Error("There is nobody.");
  await sql`select ops.grant_credits(${person.id}, 1000000)`;
  await sql`select ops.set_limit(p_limit => limit_name, p_maximum => null) from private.limits`;
  const supabase = createClient(rig.url, rig.key, { accessToken: () => Promise.resolve(person.token) });
  const esteira = createEsteira(supabase, { shareTabs: false });
  const toProvider = async (file: File) => {
    const { path } = await esteira.upload(file, { tool: "upscaler" });
    const { id } = await esteira.jobs.create("upscaler", { image: path, scale: 2 }).created;
    await eventually(
      () => environment.runninghub.tasks().some(({ webhookUrl }) => webhookUrl?.includes(id)) || undefined,
      { timeoutMs: PATIENCE, what: "the provider to have the file" },
    );
  };
  return {
    round: (seconds) => rounds(seconds, toProvider),
    async close() {
      esteira.close();
      await supabase.removeAllChannels();
      await rig.release();
    },
  };
}

async function rounds(seconds: number, pass: (file: File) => Promise<unknown>): Promise<Figures> {
  await pass(pictureOf(BYTES)); // does not count: it loads what the first call loads
  const times: number[] = [];
  const busy = await busyDuring(async () => {
    for (const end = performance.now() + seconds * 1000; times.length < LEAST || performance.now() < end;) {
      const file = pictureOf(BYTES);
      times.push(await time(() => pass(file)));
    }
  });
  return {
    [MEDIAN]: percentile(times, 0.5),
    "slowest ms": Math.max(...times),
    files: times.length,
    "busy %": busy,
  };
}
