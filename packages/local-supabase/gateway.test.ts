import assert from "node:assert/strict";
import process from "node:process";
import { startGateway } from "./gateway.ts";
import { freePort } from "./ports.ts";
import { asItArrives, TooMuchWaiting } from "./arriving_body.ts";
import { eventually } from "./testing.ts";

const MB = 1_000_000;
const CHUNK = new Uint8Array(65_536);

/** `bytes` of zeros; then the end, an error, or nothing more for ever. */
function bytesOf(bytes: number, then: "end" | "error" | "silence" = "end"): ReadableStream<Uint8Array> {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      if (left > 0) {
        left -= CHUNK.length;
        controller.enqueue(CHUNK);
      } else if (then === "end") controller.close();
      else if (then === "error") controller.error(new Error("the client is gone"));
      else return new Promise(() => {});
    },
  });
}

/** How a service may treat the body of a request. */
const READERS: Record<string, (request: Request) => Promise<Response>> = {
  /** Something is awaited between any two chunks. */
  async slowly(request) {
    let bytes = 0;
    for await (const chunk of request.body ?? []) {
      bytes += chunk.length;
      await Deno.stat(".");
    }
    return Response.json({ bytes });
  },
  async up_to_a_limit(request) {
    let bytes = 0;
    try {
      for await (const chunk of request.body ?? []) {
        bytes += chunk.length;
        if (bytes > MB) throw new Error("too large");
      }
    } catch {
      return new Response("too large", { status: 413 });
    }
    return Response.json({ bytes });
  },
  async a_little_and_no_more(request) {
    const reader = request.body?.getReader();
    await reader?.read();
    return new Response("enough", { status: 413 });
  },
  not_at_all: () => Promise.resolve(new Response("no", { status: 401 })),
  to_the_sender: (request) => Promise.resolve(new Response(request.body)),
  and_sends_much: () => Promise.resolve(new Response(bytesOf(200 * MB))),
};

/** Runs `body` against a gateway with one service, whose paths are the readers' names. */
async function withGateway(body: (url: string, port: number) => Promise<void>): Promise<void> {
  const port = freePort();
  const gateway = startGateway(port, {
    "/service": {
      handle: (request) => {
        const name = new URL(request.url).pathname.split("/").at(-1) ?? "";
        return (READERS[name] ?? READERS.not_at_all!)(request);
      },
    },
  });
  try {
    await body(`http://127.0.0.1:${port}/service`, port);
  } finally {
    await Promise.race([gateway.shutdown(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  }
}

/** The gateway answers, and does nothing when it has nothing to do. */
async function isAtRest(url: string, after: string): Promise<void> {
  const answer = await fetch(`${url}/not_at_all`, { signal: AbortSignal.timeout(5_000) });
  assert.equal(await answer.text(), "no", after);
  await eventually(async () => {
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { user, system } = process.cpuUsage(before);
    return user + system < 100_000 || undefined; // of 300,000 microseconds
  }, { timeoutMs: 10_000, what: `the gateway to rest ${after}` });
}

const options = { sanitizeOps: false, sanitizeResources: false };

/** A client in a process of its own, which is as fast as it can be: sends 200 MiB in chunks and prints the answer. */
const FAST_CLIENT = `
  let left = 200 * 65_536 * 16;
  const body = new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close();
      controller.enqueue(new Uint8Array(65_536));
      left -= 65_536;
    },
  });
  const answer = await fetch(Deno.args[0], { method: "POST", body });
  console.log(await answer.text());`;

Deno.test(
  "a body in chunks may be read slowly: it takes time as its length, not as its square",
  options,
  async () => {
    await withGateway(async (url) => {
      const from = process.cpuUsage();
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["eval", FAST_CLIENT, `${url}/slowly`],
        signal: AbortSignal.timeout(120_000),
      }).output();
      assert.equal(new TextDecoder().decode(stdout).trim(), `{"bytes":${200 * 65_536 * 16}}`);
      const { user, system } = process.cpuUsage(from);
      assert.ok(user + system < 4_000_000, `it took ${(user + system) / 1e6} s of the processor`);
      await isAtRest(url, "after a large body");
    });
  },
);

Deno.test(
  "whatever a service does with a body, and whoever breaks off, the gateway comes to rest",
  options,
  async () => {
    await withGateway(async (url, port) => {
      for (const reader of Object.keys(READERS)) {
        for (const then of ["end", "error", "silence"] as const) {
          const what = `${reader}, ${then}`;
          const sent = await fetch(`${url}/${reader}`, {
            method: "POST",
            body: bytesOf(8 * MB, then),
            signal: AbortSignal.timeout(2_000),
          }).catch(() => undefined);
          await sent?.body?.cancel().catch(() => {}); // whatever comes back is not read
          await isAtRest(url, `after ${what}`);
        }
        const head = `POST /service/${reader} HTTP/1.1\r\nhost: x\r\n`;
        for (const framing of ["content-length: 100000000", "transfer-encoding: chunked"]) {
          const socket = await Deno.connect({ hostname: "127.0.0.1", port });
          await socket.write(new TextEncoder().encode(`${head}${framing}\r\n\r\n10000\r\n`));
          for (let n = 0; n < 20; n++) await Promise.race([socket.write(CHUNK), pause(50)]).catch(() => {});
          await isAtRest(url, `beside ${reader}, ${framing}, under way`);
          socket.close();
          await isAtRest(url, `after ${reader}, ${framing}, cut`);
        }
      }
    });
  },
);

Deno.test(
  "a body breaks off when more of it waits than is kept, and is not touched before it is asked for",
  options,
  async () => {
    let asked = 0;
    const body = new ReadableStream({
      pull(controller) {
        asked++;
        controller.enqueue(CHUNK);
      },
    }, { highWaterMark: 0 });
    const init = { method: "POST", body, duplex: "half" };
    const request = asItArrives(new Request("http://x", init), 10 * CHUNK.length);
    await pause(20);
    assert.equal(asked, 0);
    const reader = request.body!.getReader();
    await reader.read();
    await pause(20);
    await assert.rejects(async () => {
      while (!(await reader.read()).done);
    }, TooMuchWaiting);
    assert.ok(asked < 20, `${asked} chunks were read`);
  },
);

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
