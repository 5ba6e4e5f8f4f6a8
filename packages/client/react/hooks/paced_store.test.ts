import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStore } from "../../store/store.ts";
import { pacedStore } from "./paced_store.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the first change is told at once, those of one frame together, and nothing when nothing changed", () => {
  const store = createStore(0);
  const paced = pacedStore(store);
  const seen: number[] = [];
  const stop = paced.subscribe(() => seen.push(paced.getSnapshot()));
  for (const n of [1, 2, 3]) store.set(n);
  expect(seen).toEqual([1]);
  expect(paced.getSnapshot()).toBe(1);
  vi.advanceTimersToNextFrame();
  expect(seen).toEqual([1, 3]);
  vi.advanceTimersToNextFrame();
  store.set(4);
  expect(seen).toEqual([1, 3, 4]);
  stop();
  store.set(5);
  vi.advanceTimersByTime(1_000);
  expect(seen).toEqual([1, 3, 4]);
  expect(paced.getSnapshot()).toBe(5);
});

test("in a tab that paints nothing the rest is told soon all the same", () => {
  vi.stubGlobal("requestAnimationFrame", () => 1);
  const store = createStore(0);
  const paced = pacedStore(store);
  paced.subscribe(() => {});
  store.set(1);
  store.set(2);
  expect(paced.getSnapshot()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(paced.getSnapshot()).toBe(2);
});

test("what is small is shown at once, and paced as soon as it is not", () => {
  const store = createStore(0);
  const paced = pacedStore(store, (n) => n < 3);
  const seen: number[] = [];
  paced.subscribe(() => seen.push(paced.getSnapshot()));
  for (const n of [1, 2, 3, 4]) store.set(n);
  expect(seen).toEqual([1, 2]);
  vi.advanceTimersToNextFrame();
  expect(seen).toEqual([1, 2, 4]);
});
