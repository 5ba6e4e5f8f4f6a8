import assert from "node:assert/strict";
import { createStore } from "./store.ts";

Deno.test("a store gives the same snapshot until there is another, and tells of each change once", () => {
  const first = { n: 1 };
  const store = createStore(first);
  const told: unknown[] = [];
  const stop = store.subscribe(() => told.push(store.getSnapshot()));
  assert.equal(store.getSnapshot(), first);
  store.set(first);
  assert.deepEqual(told, []);
  const second = { n: 1 };
  store.set(second);
  assert.equal(told.length, 1);
  assert.equal(told[0], second);
  stop();
  store.set({ n: 3 });
  assert.equal(told.length, 1);
});

Deno.test("a server renders what the store began with, or what it is given for that", () => {
  const store = createStore(1);
  store.set(2);
  assert.deepEqual([store.getSnapshot(), store.getServerSnapshot()], [2, 1]);
  assert.equal(createStore<number | null>(1, { server: null }).getServerSnapshot(), null);
});

Deno.test("what is live begins with the first listener and rests with the last, any number of times", () => {
  const log: string[] = [];
  const store = createStore(0, { onActive: () => (log.push("begins"), () => log.push("rests")) });
  const listener = () => {};
  const one = store.subscribe(listener);
  const two = store.subscribe(listener); // the same function may listen twice
  one();
  one();
  assert.deepEqual(log, ["begins"]);
  two();
  store.subscribe(listener)();
  assert.deepEqual(log, ["begins", "rests", "begins", "rests"]);
});

Deno.test("a listener that leaves or comes while it is told disturbs nobody", () => {
  const store = createStore(0);
  const told: string[] = [];
  const stop = store.subscribe(() => {
    told.push("first");
    stop();
    store.subscribe(() => told.push("late"));
  });
  store.subscribe(() => told.push("second"));
  store.set(1);
  assert.deepEqual(told, ["first", "second"]);
  store.set(2);
  assert.deepEqual(told.slice(2), ["second", "late"]);
});

Deno.test("a listener that throws keeps none of the others from being told, and is heard of", async () => {
  const store = createStore(0);
  const told: string[] = [];
  const fault = new Error("a fault of the app");
  const heard = new Promise<unknown>((resolve) => {
    globalThis.addEventListener("error", (event) => {
      event.preventDefault();
      resolve(event.error);
    }, { once: true });
  });
  store.subscribe(() => {
    throw fault;
  });
  store.subscribe(() => told.push("second"));
  store.set(1);
  assert.deepEqual(told, ["second"]);
  assert.equal(await heard, fault);
});
