/** The engine's functions about publications, called by name. */
import { unwrap, worker } from "./database.ts";

type Answer = Parameters<typeof unwrap>[0];

/** What a function answers, unwrapped; any shape still. Throws as unwrap. */
export async function callWorker(name: string, args: Record<string, unknown>): Promise<unknown> {
  const { rpc } = worker() as unknown as {
    rpc(name: string, args: Record<string, unknown>): PromiseLike<Answer>;
  };
  return unwrap(await rpc.call(worker(), name, args));
}
