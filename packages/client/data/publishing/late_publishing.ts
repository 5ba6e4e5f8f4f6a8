/** `esteira.publications` and `esteira.connections` before anybody publishes: what they do is loaded with the first call. */
import type { Connections } from "../../api/connections.ts";
import type { Publications, PublicationsStore } from "../../api/publications.ts";
import { late, lateStore } from "../late.ts";
import { createMemo } from "../memo.ts";
import type { Publishing } from "./create_publishing.ts";
import type { PublishingDeps } from "./publishing_deps.ts";

const LOADING = { state: "loading", data: null, error: null } as const;

export function latePublishing(deps: PublishingDeps) {
  const part = late(async () => (await import("./create_publishing.ts")).createPublishing(deps));
  const stores = createMemo<PublicationsStore>();
  const asked = <R extends "publications" | "connections", N extends Exclude<keyof Publishing[R], "watch">>(
    room: R,
    ...names: N[]
  ) =>
    Object.fromEntries(names.map((name) => [
      name,
      // deno-lint-ignore ban-types -- which one it is, its caller knows
      async (...args: unknown[]) => await ((await part.get())[room][name] as Function)(...args),
    ])) as Pick<Publishing[R], N>;
  const publications: Publications = {
    ...asked("publications", "enqueue", "preflight", "list", "get", "cancel", "retry", "resolve"),
    watch: (of) =>
      stores.get(JSON.stringify(of ?? {}), () => {
        const store = async () => (await part.get()).publications.watch(of);
        return { ...lateStore(LOADING, store, deps.surroundings), more: async () => (await store()).more() };
      }),
  };
  const watched = lateStore(LOADING, async () => (await part.get()).connections.watch(), deps.surroundings);
  const connections: Connections = {
    ...asked("connections", "list", "start", "choices", "choose", "refresh", "creator", "disconnect"),
    watch: () => watched,
  };
  return { publications, connections, now: part.now };
}
