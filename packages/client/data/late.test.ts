import assert from "node:assert/strict";
import { createStore } from "../store/store.ts";
import { manualClock } from "../testing/manual_clock.ts";
import { late, lateStore } from "./late.ts";

Deno.test("a part is loaded once, when it is asked for; a load that failed is tried again", async () => {
  let loads = 0;
  const part = late(() =>
    ++loads === 1 ? Promise.reject(new TypeError("no such file")) : Promise.resolve({ loads })
  );
  assert.deepEqual([loads, part.now()], [0, undefined]);
  await assert.rejects(part.get(), { code: "network", message: /no such file/ });
  const loaded = await part.get();
  assert.equal(await part.get(), loaded);
  assert.deepEqual([part.now(), loads], [loaded, 2]);
});

Deno.test("a store shows what it begins with until its maker is there, and then what that shows", async () => {
  const clock = manualClock();
  const inner = createStore("begin");
  let tries = 0;
  const store = lateStore(
    "begin",
    () => ++tries < 3 ? Promise.reject(new Error("away")) : Promise.resolve(inner),
    clock,
  );
  const heard: string[] = [];
  const release = store.subscribe(() => heard.push(store.getSnapshot()));
  assert.equal(store.getSnapshot(), "begin");
  inner.set("more");
  await clock.pass(10_000);
  assert.deepEqual([tries, heard, store.getSnapshot()], [3, ["more"], "more"]);
  inner.set("most");
  release();
  inner.set("unheard");
  assert.deepEqual([heard, store.getSnapshot(), store.getServerSnapshot()], [
    ["more", "most"],
    "unheard",
    "begin",
  ]);
});

Deno.test("who stops listening before it is there hears nothing, and nothing is tried for them", async () => {
  const clock = manualClock();
  const inner = createStore("begin");
  let isActive = false;
  const watched = createStore("begin", {
    onActive() {
      isActive = true;
      return () => isActive = false;
    },
  });
  const store = lateStore("begin", () => Promise.resolve(watched), clock);
  store.subscribe(() => assert.fail())();
  const failing = lateStore("begin", () => Promise.reject(new Error("away")), clock);
  failing.subscribe(() => assert.fail())();
  await clock.pass(60_000);
  inner.set("more");
  assert.deepEqual([isActive, clock.timers()], [false, 0]);
});
