import assert from "node:assert/strict";
import { Wakeup } from "./wakeup.ts";

Deno.test("a sleep ends when woken, without waiting for its limit", async () => {
  const wakeup = new Wakeup();
  const sleep = wakeup.sleep(60_000);
  wakeup.wake();
  await sleep;
});

Deno.test("a wake-up that comes early is kept for one sleep and no more", async () => {
  const wakeup = new Wakeup();
  wakeup.wake();
  wakeup.wake();
  await wakeup.sleep();
  let woken = false;
  const second = wakeup.sleep().then(() => woken = true);
  await Promise.resolve();
  assert.equal(woken, false);
  wakeup.wake();
  await second;
});

Deno.test("a sleep ends by itself at its limit", async () => {
  await new Wakeup().sleep(1);
});
