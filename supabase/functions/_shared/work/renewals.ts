/** Keeps accesses alive that end though nothing is published. */
import type { Renewal } from "../engine/connections.ts";
import { PlatformError } from "../platforms/platform.ts";
import { logError } from "../runtime/log.ts";
import { keepAlive } from "./access.ts";

/** Renews one. What the platform refuses is known to its owner by then; what fails comes back. Throws when the database does. */
export async function workOnRenewal(
  { connection_id, platform }: Renewal,
  renew: (connectionId: string) => Promise<void> = keepAlive,
): Promise<void> {
  try {
    await renew(connection_id);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    logError("renewal", error, { connection: connection_id, platform });
  }
}
