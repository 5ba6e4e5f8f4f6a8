/** A screen on a machine with another clock. */
import type { Screen } from "../screen.ts";
import type { Person } from "../world.ts";
import type { Order, Told } from "./words.ts";

export interface ScreenElsewhere extends Screen {
  /** Sets its clock so many milliseconds ahead of ours. */
  setClock(aheadMs: number): void;
}

/** Opens it; resolves when somebody is signed in there. */
export async function openElsewhere(
  url: string,
  key: string,
  person: Person,
  aheadMs: number,
): Promise<ScreenElsewhere> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  let last: Told & { kind: "shown" } = {
    kind: "shown",
    shows: undefined,
    connection: "",
    lines: [],
    wrongs: [],
  };
  worker.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.kind === "failed") opened.reject(new Error(data.message));
    else if (data.kind === "closed") closed.resolve();
    else {
      last = data;
      opened.resolve();
    }
  };
  const say = (order: Order) => worker.postMessage(order);
  say({ kind: "open", url, key, person, aheadMs });
  await opened.promise.catch((error) => {
    worker.terminate();
    throw error;
  });
  return {
    shows: () => last.shows,
    connection: () => last.connection,
    get lines() {
      return last.lines;
    },
    get wrongs() {
      return last.wrongs;
    },
    setClock: (aheadMs) => say({ kind: "set", aheadMs }),
    async close() {
      say({ kind: "close" });
      await closed.promise;
      worker.terminate();
    },
  };
}
