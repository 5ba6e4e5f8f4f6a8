import assert from "node:assert/strict";
import type { Put } from "./put_file.ts";
import { sendWhole } from "./send_whole.ts";
import { STALL_MS } from "./sending.ts";

/** Timers that a test runs out. */
function timers() {
  const waiting = new Map<number, { run: () => void; ms: number }>();
  let last = 0;
  return {
    waiting,
    setTimeout(run: () => void, ms: number) {
      waiting.set(++last, { run, ms });
      return last;
    },
    clearTimeout: (timer: unknown) => void waiting.delete(timer as number),
    fire() {
      const [id, timer] = [...waiting].at(-1) ?? [];
      if (id === undefined || !timer) throw new Error("nothing waits");
      waiting.delete(id);
      timer.run();
      return timer.ms;
    },
  };
}

Deno.test("a connection on which nothing moves is given up, and the file is sent again", async () => {
  const clock = timers();
  const puts: Put[] = [];
  const arrivals: (() => void)[] = [];
  const arrived = () => new Promise<void>((resolve) => void arrivals.push(resolve));
  const path = "u/a.png";
  const place = { bucket: "inputs", path, token: "t", signedUrl: "http://s" };
  let next = arrived();
  const sent = sendWhole({
    file: new Blob([new Uint8Array(160_000)]),
    wish: { tool: "upscaler", field: "image", contentType: "image/png", size: 160_000 },
    user: "u",
    http: { call: () => Promise.resolve({ body: place }) },
    surroundings: { now: () => 0, random: () => 0, ...clock },
    signal: new AbortController().signal,
    onSent() {},
  }, (put) => {
    puts.push(put);
    arrivals.shift()?.();
    if (puts.length === 3) return Promise.resolve({ status: 200, text: "" });
    return new Promise((_, reject) => put.signal.addEventListener("abort", () => reject(put.signal.reason)));
  });
  await next;
  next = arrived();
  assert.equal(clock.fire(), STALL_MS + 10_000, "unseen, a slow line is waited for");
  await new Promise((resolve) => setTimeout(resolve));
  clock.fire(); // the pause before the next try
  await next;
  puts[1]?.onSent(1000);
  assert.equal(clock.fire(), STALL_MS, "once something has moved, a minute is long");
  await new Promise((resolve) => setTimeout(resolve));
  clock.fire();
  assert.equal(await sent, path);
  assert.equal(clock.waiting.size, 0, "no timer is left");
});
