/** Clients in a thread of their own. */
import type { Learned, Order, Someone, Told, Who } from "./words.ts";

export interface Clients {
  /** Has the first of them create a job of the tool `image`; its answer is not waited for. */
  create(prompt: string): void;
  /** What their callbacks have been called with since the last time. */
  learned(): Promise<readonly Learned[]>;
  close(): Promise<void>;
}

/** Opens one client for each of the people; resolves when all are joined. @throws Error with what one of them says */
export async function openClients(
  who: Who,
  { url, key, people }: { url: string; key: string; people: readonly Someone[] },
): Promise<Clients> {
  const worker = new Worker(new URL("./client_worker.ts", import.meta.url), { type: "module" });
  let waiting = Promise.withResolvers<Told>();
  worker.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.kind === "failed") {
      console.error(`  ${who}: ${data.message}`); // somebody may be waiting for something else
      waiting.reject(new Error(data.message));
    }
    waiting.resolve(data);
  };
  const ask = async (order: Order): Promise<Told> => {
    waiting = Promise.withResolvers();
    worker.postMessage(order);
    return await waiting.promise;
  };
  await ask({ kind: "open", who, url, key, people }).catch((error) => {
    worker.terminate();
    throw error;
  });
  return {
    create: (prompt) => worker.postMessage({ kind: "create", prompt } satisfies Order),
    async learned() {
      const told = await ask({ kind: "tell" });
      return told.kind === "learned" ? told.learned : [];
    },
    async close() {
      await ask({ kind: "close" }).catch(() => {});
      worker.terminate();
    },
  };
}
