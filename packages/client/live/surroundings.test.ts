import assert from "node:assert/strict";
import { browserSurroundings } from "./surroundings.ts";

Deno.test("outside of a page somebody always looks, there is a network, and nothing is shared", () => {
  const { isVisible, isOnline, locks, BroadcastChannel, watch } = browserSurroundings();
  assert.deepEqual([isVisible(), isOnline(), locks, BroadcastChannel], [true, true, undefined, undefined]);
  watch(() => assert.fail())();
});

Deno.test("a page tells of being looked at, of its network and of being restored, until it is no longer asked", () => {
  const page = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const locks = { request: () => Promise.resolve() };
  const fakes = {
    document,
    navigator: { onLine: true, locks },
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
  };
  const before = Object.keys(fakes).map((name) =>
    [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const
  );
  for (const [name, value] of Object.entries(fakes)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  try {
    const surroundings = browserSurroundings();
    assert.equal(surroundings.locks, locks);
    assert.equal(surroundings.BroadcastChannel, globalThis.BroadcastChannel);
    const told: string[] = [];
    const unwatch = surroundings.watch((what) => told.push(what));
    document.visibilityState = "hidden";
    document.dispatchEvent(new Event("visibilitychange"));
    assert.equal(surroundings.isVisible(), false);
    document.visibilityState = "visible";
    document.dispatchEvent(new Event("visibilitychange"));
    for (const name of ["offline", "online"]) page.dispatchEvent(new Event(name));
    page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: false }));
    page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    unwatch();
    for (const name of ["offline", "online"]) page.dispatchEvent(new Event(name));
    document.dispatchEvent(new Event("visibilitychange"));
    assert.deepEqual(told, ["hidden", "visible", "offline", "online", "restored"]);
    fakes.navigator.onLine = false;
    assert.equal(surroundings.isOnline(), false);
  } finally {
    for (const [name, descriptor] of before) {
      delete (globalThis as Record<string, unknown>)[name];
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    }
  }
});

Deno.test("ids are UUIDs, without https too", () => {
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const { uuid } = browserSurroundings();
  assert.match(uuid(), UUID);
  const { randomUUID } = crypto;
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  try {
    assert.match(uuid(), UUID);
    assert.notEqual(uuid(), uuid());
  } finally {
    delete (crypto as { randomUUID?: unknown }).randomUUID;
    assert.equal(crypto.randomUUID, randomUUID);
  }
});
