/**
 * What idle streams cost the process that holds them: `node scripts/deno.mjs run -A bench/streams.ts [streams]`.
 * Each is another user's, so each has a channel of its own: a hundred to a socket, the worst there can be.
 */
import { freePort } from "@esteira/local-supabase/ports";
import { readProject } from "@esteira/local-supabase/project";
import { startStack } from "@esteira/local-supabase/stack";
import { describeMachine } from "../scripts/machine.ts";
import { SUPABASE } from "../scripts/paths.ts";

const STREAMS = Number(Deno.args[0] ?? 1000);
const AT_ONCE = 20;

const MIB = 1024 * 1024;
const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;

const stack = await startStack({ project: await readProject(SUPABASE), apiPort: freePort() });
const headers = { apikey: stack.tokens.publishableKey, "content-type": "application/json" };
const opened: ReadableStreamDefaultReader<Uint8Array>[] = [];
try {
  const users: string[] = [];
  await atOnce(STREAMS, async () => {
    const body = JSON.stringify({ email: `${crypto.randomUUID()}@example.com`, password: "a long password" });
    const response = await fetch(`${stack.apiUrl}/auth/v1/signup`, { method: "POST", headers, body });
    users.push((await response.json()).access_token);
  });
  // A process that has worked keeps room for what it makes and throws away; no stream is to be charged for that.
  await atOnce(2 * STREAMS, async (n) => {
    const authorization = `Bearer ${users[n % STREAMS]}`;
    const url = `${stack.apiUrl}/functions/v1/events/ticket`;
    await (await fetch(url, { method: "POST", headers: { ...headers, authorization } })).json();
  });
  await read(await open(users[0] ?? "")).then((reader) => reader.cancel());
  const before = await stack.functions.usage();

  const begun = performance.now();
  await atOnce(STREAMS, async (n) => void opened.push(await read(await open(users[n] ?? ""))));
  const seconds = (performance.now() - begun) / 1000;
  const after = await stack.functions.usage();

  const { cpus, cpu, memory, deno } = await describeMachine();
  console.log(`${cpus} × ${cpu}, ${memory}; Deno ${deno}; the whole local stack beside it`);
  console.log(`${STREAMS} streams of ${STREAMS} users opened in ${seconds.toFixed(1)} s`);
  for (const what of ["rss", "heapUsed", "external"] as const) {
    const more = after[what] - before[what];
    const each = (more / STREAMS / 1024).toFixed(1);
    console.log(
      `${what}: ${mib(before[what])} → ${mib(after[what])}, ${mib(more)} more, ${each} KiB a stream`,
    );
  }
} finally {
  await Promise.all(opened.map((reader) => reader.cancel().catch(() => {})));
  await stack.close();
}

async function open(token: string): Promise<Response> {
  const url = `${stack.apiUrl}/functions/v1/events/stream`;
  const response = await fetch(url, { headers: { ...headers, authorization: `Bearer ${token}` } });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

/** Reads until it says hello: by then its channel is joined. */
async function read({ body }: Response): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const reader = body?.getReader();
  if (!reader) throw new Error("the answer has no body");
  for (let text = ""; !text.includes("SSE connected");) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the stream ended at once");
    text += new TextDecoder().decode(value);
  }
  return reader;
}

/** Does `work` so many times, some of them at once. */
async function atOnce(times: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (next < times) await work(next++);
  }));
}
