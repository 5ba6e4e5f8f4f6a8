/** Streams that are cut: whoever comes back with the last id is told each broadcast once, whatever has happened meanwhile. */
import { eventually } from "@esteira/local-supabase/testing";
import assert from "node:assert/strict";
import postgres from "postgres";
import { ticketResponse } from "../../shared/requests/requests_events.ts";
import { jobsTopic } from "../../shared/words/topics.ts";
import { callFunction } from "../world/api.ts";
import { startEnvironment } from "../world/environment.ts";
import { StreamReader } from "./stream_reader.ts";

const WRITERS = 4;

/** As a browser's `EventSource`: the same address, no headers but the last id, and again whenever it ends. */
class EventSourceLike {
  readonly told: string[] = [];
  readonly ends: string[] = [];
  snapshots = 0;
  stream: StreamReader | undefined;
  #lastId: string | undefined;
  #isClosed = false;
  readonly #running: Promise<void>;

  constructor(private readonly url: string) {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.stream?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      const stream = await StreamReader.open(this.url, {}, this.#lastId).catch(() => undefined);
      this.stream = stream;
      if (stream) {
        this.ends.push(await stream.end);
        this.#lastId = stream.lastId;
        this.snapshots += stream.all("snapshot").length;
        this.told.push(...stream.all("job_changed").map(({ payload }) => String(payload.id)));
      }
      await new Promise((resolve) => setTimeout(resolve, stream?.retry ?? 100));
    }
  }
}

Deno.test("over any reconnects nothing is lost and nothing told twice", async (t) => {
  const environment = await startEnvironment({
    functionsEnv: { ESTEIRA_STREAM_MS: "1500", ESTEIRA_HEARTBEAT_MS: "500" },
  });
  const { sql, deployment } = environment;
  const writers = postgres(deployment.databaseUrl, { max: WRITERS, onnotice: () => {} });
  const user = await environment.signUp(1000);
  const { url } = ticketResponse.parse(
    (await callFunction(environment, "events/ticket", { token: user.accessToken })).body,
  );
  const source = new EventSourceLike(url);
  try {
    await sql`select private.create_lane('still', 'still', 'pull')`;
    await sql`insert into public.tools (tool, lane, titles) values ('still', 'still', '{"en": "Still"}')`;
    const jobs: string[] = [];
    for (let n = 0; n < WRITERS * 2; n++) {
      const [job] = await sql`select * from public.create_job(${user.userId}, 'still', '{}')`;
      jobs.push(String(job?.id));
    }
    await eventually(() => source.stream?.all("connected")[0]);

    /** Changes jobs in transactions that overlap, until `isOver`. */
    const write = async (isOver: () => boolean) => {
      await Promise.all(Array.from({ length: WRITERS }, async (_, writer) => {
        for (let n = 0; !isOver(); n++) {
          const job = jobs[writer * 2 + n % 2] ?? "";
          await writers.begin(async (tx) => {
            await tx`update public.jobs set progress = ${n % 100} where id = ${job}`;
            // Others commit before it that began after it.
            await tx`select pg_sleep(${(n * 7 + writer * 3) % 10 / 12})`;
          });
        }
      }));
    };
    const broadcasts = async () =>
      (await sql`select id from realtime.messages where topic = ${
        jobsTopic(user.userId)
      } and payload ->> 'type' = 'UPDATE'`)
        .map(({ id }) => String(id));
    /** Waits until all that was broadcast has been told. */
    const toldAll = async () => {
      const all = await broadcasts();
      await eventually(() => {
        const told = new Set([
          ...source.told,
          ...source.stream?.all("job_changed").map(({ payload }) => payload.id) ?? [],
        ]);
        return all.every((id) => told.has(id)) || undefined;
      }, { what: "all to be told", timeoutMs: 15_000 });
      return all;
    };

    await t.step("streams that end in their time", async () => {
      await write(() => source.ends.filter((end) => end === "ended").length >= 3);
      await toldAll();
    });

    await t.step("connections that are cut anywhere", async () => {
      const cuts = source.ends.length + 12;
      await Promise.all([
        write(() => source.ends.length >= cuts),
        (async () => {
          while (source.ends.length < cuts) {
            const { stream } = source;
            const heard = stream?.heard.length ?? 0;
            await eventually(() =>
              source.stream !== stream || (stream?.heard.length ?? 0) > heard + 3 || undefined
            );
            await stream?.close();
          }
        })(),
      ]);
      await toldAll();
    });

    await t.step("a functions process that dies", async () => {
      const { faults } = deployment;
      if (!faults) return;
      const before = source.ends.length;
      let isOver = false;
      await Promise.all([
        write(() => isOver),
        (async () => {
          await eventually(() => source.stream?.all("job_changed")[2]);
          faults.killFunctions();
          await eventually(() => source.ends.length > before + 1 || undefined, { timeoutMs: 20_000 });
          isOver = true;
        })(),
      ]);
      await toldAll();
    });

    await t.step("a Realtime that restarts", async () => {
      const { faults } = deployment;
      if (!faults) return;
      let isOver = false;
      await Promise.all([
        write(() => isOver),
        (async () => {
          await eventually(() => source.stream?.all("job_changed")[2], { timeoutMs: 15_000 });
          await faults.restartRealtime();
          await eventually(() => source.stream?.all("state").find(({ state }) => state === "live"), {
            timeoutMs: 20_000,
          })
            .catch(() => {}); // or it ended before
          isOver = true;
        })(),
      ]);
      await toldAll();
    });

    await source.close();
    const all = await broadcasts();
    assert.ok(all.length > 100, `${all.length} broadcasts`);
    assert.deepEqual(
      source.told.filter((id, at) => source.told.indexOf(id) !== at),
      [],
      "none is told twice",
    );
    assert.equal(source.snapshots, 0, "and nobody had to read anew");
  } finally {
    await source.close();
    await writers.end();
    await environment.close();
  }
});

Deno.test("who does not read is dropped, and told to read anew when they come back", async () => {
  const environment = await startEnvironment();
  const { sql, deployment } = environment;
  try {
    const user = await environment.signUp();
    const [project] = await sql`insert into public.projects (user_id) values (${user.userId}) returning id`;
    const headers = { authorization: `Bearer ${user.accessToken}`, apikey: deployment.publishableKey };
    const url = `${deployment.apiUrl}/functions/v1/events/stream?project=${project?.id}`;
    const response = await fetch(url, { headers });
    const reader = response.body?.getReader() ?? assert.fail("no body");
    let text = "";
    const read = async () => {
      const { value, done } = await reader.read();
      text += new TextDecoder().decode(value);
      return !done;
    };
    while (!text.includes("SSE connected")) await read();
    const changes = 600;
    await sql`
      select set_config('esteira.project', '', false)`;
    await sql.unsafe(`
      do $$ begin
        for n in 1..${changes} loop
          update public.projects set version = version, content = jsonb_build_object('nodes', (
            select jsonb_agg(jsonb_build_object('id', 'n' || i, 'type', 'image', 'data',
              jsonb_build_object('error', repeat('x', 1000), 'updatedAt', n || ' ' || i))) from generate_series(1, 50) i))
          where id = '${project?.id}';
        end loop;
      end $$`);
    // What lies on the way, in buffers of the system, is still there; then it breaks off.
    await assert.rejects(async () => {
      while (await read());
    });
    const told = text.match(/"type":"project_changed"/g)?.length ?? 0;
    assert.ok(told < changes / 2, `${told} of ${changes} waited for a reader who did not read`);
    const lastId = text.match(/^id: (.*)$/gm)?.at(-1)?.slice("id: ".length);
    await using next = await StreamReader.open(url, headers, lastId);
    assert.equal((await next.first("snapshot")).reason, "too_much");
  } finally {
    await environment.close();
  }
});
