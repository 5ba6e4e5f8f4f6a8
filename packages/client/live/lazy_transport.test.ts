import assert from "node:assert/strict";
import { lazyTransport } from "./lazy_transport.ts";
import { drain } from "./testing/fake_clock.ts";
import type { OpenTransport, TransportEvents } from "./transport.ts";

function recorder() {
  const calls: string[] = [];
  const say = (name: string) => (...args: unknown[]) => void calls.push([name, ...args].join(" "));
  const open: OpenTransport = () => ({
    kind: "sse",
    join: say("join"),
    leave: say("leave"),
    renew: say("renew"),
    close: say("close"),
  });
  const events: TransportEvents = { up: say("up"), down: say("down"), message: say("message") };
  return { calls, open, events };
}

Deno.test("what is asked of it before it is loaded is done when it is, with the newest token", async () => {
  const { calls, open, events } = recorder();
  let loads = 0;
  const transport = lazyTransport("sse", () => (loads++, Promise.resolve(open)))(events);
  assert.equal(transport.kind, "sse");
  transport.join("a", "t1");
  transport.join("b", "t1");
  transport.leave("b");
  transport.renew("t2");
  await drain();
  transport.join("c", "t2");
  transport.leave("a");
  transport.close();
  assert.deepEqual(calls, ["join a t2", "join c t2", "leave a", "close"]);
  assert.equal(loads, 1);
});

Deno.test("what cannot be loaded is not joined, and loaded again for the next join", async () => {
  const { calls, open, events } = recorder();
  let loads = 0;
  const load = () => ++loads === 1 ? Promise.reject(new TypeError("fetch failed")) : Promise.resolve(open);
  const transport = lazyTransport("sse", load)(events);
  transport.join("a", "t");
  await drain();
  assert.deepEqual(calls, ["down a not loaded: fetch failed false"]);
  transport.join("a", "t");
  await drain();
  assert.deepEqual(calls.slice(1), ["join a t"]);
});

Deno.test("closed before it is loaded, it opens nothing", async () => {
  const { calls, open, events } = recorder();
  const transport = lazyTransport("sse", () => Promise.resolve(open))(events);
  transport.join("a", "t");
  transport.close();
  await drain();
  assert.deepEqual(calls, []);
});
