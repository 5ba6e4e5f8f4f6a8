/** The engine's functions about publications and connections, called by name. */
import type { Database } from "../../../../shared/database.types.ts";
import { unwrap, worker } from "./database.ts";

type Functions = Database["worker"]["Functions"];
type Answer = Parameters<typeof unwrap>[0];

/**
 * What a function answers, unwrapped; any shape still, for its caller to parse. Its arguments are named as the database names
 * them; null is a value there, of which the generated types know nothing. Throws as unwrap.
 */
export async function callWorker<Name extends keyof Functions & string>(
  name: Name,
  args: { [Argument in keyof Functions[Name]["Args"]]: unknown },
): Promise<unknown> {
  const client = worker() as unknown as {
    rpc(name: string, args: Record<string, unknown>): PromiseLike<Answer>;
  };
  return unwrap(await client.rpc(name, args));
}
