/**
 * A provider's sender of webhooks, in a thread of its own: posts at a rate whether or not the last one has been answered, gives
 * up on an answer after 15 s, and comes again when it was refused, when it was told to.
 */
/// <reference lib="deno.worker" />
import { pause } from "../harness/timing.ts";
import type { Delivery, Sending } from "./words.ts";

const PATIENCE_MS = 15_000;
/** A second delivery does not come before that, and there is a last one. */
const SOONEST_MS = 500;
const MOST_TIMES = 40;

async function deliver(url: string, body: string): Promise<Delivery> {
  const delivery: Delivery = { taken: false, tookMs: [], refusedMs: [], failures: [], takenAt: NaN };
  for (let time = 0; time < MOST_TIMES; time++) {
    const begun = performance.now();
    try {
      const response = await fetch(url, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS) });
      const text = await response.text();
      const took = performance.now() - begun;
      if (response.status === 200) {
        delivery.tookMs.push(took);
        return { ...delivery, taken: true, takenAt: performance.now() };
      }
      const seconds = Number(response.headers.get("retry-after") ?? NaN);
      if (response.status === 503 && seconds >= 1) {
        delivery.refusedMs.push(took);
        await pause(seconds * 1000);
        continue;
      }
      delivery.failures.push(`${response.status} ${text.slice(0, 200)}`);
    } catch (error) {
      delivery.failures.push(String(error));
    }
    await pause(SOONEST_MS);
  }
  return delivery;
}

self.onmessage = async ({ data: { webhooks, perSecond } }: MessageEvent<Sending>) => {
  const begun = performance.now();
  const under = [];
  for (const [n, { url, body }] of webhooks.entries()) {
    const due = begun + n * 1000 / perSecond - performance.now();
    if (due > 1) await pause(due);
    under.push(deliver(url, body));
  }
  const sentMs = performance.now() - begun;
  const deliveries = await Promise.all(under);
  self.postMessage({
    deliveries: deliveries.map((one) => ({ ...one, takenAt: one.takenAt - begun })),
    sentMs,
  });
};
