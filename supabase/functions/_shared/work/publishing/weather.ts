/** Calls of a platform, watched: one that is down pauses for all, one that answers is back. */
import { platformDown, platformUp } from "../../engine/publications.ts";
import { PlatformError } from "../../platforms/platform.ts";
import { logError } from "../../runtime/log.ts";
import type { Turn } from "./turn.ts";

/** Does `call`, and tells whether the platform was there. Throws what `call` throws. */
export async function watching<T>(turn: Turn, call: () => Promise<T>): Promise<T> {
  try {
    const answer = await call();
    await tell(turn, null);
    return answer;
  } catch (error) {
    if (error instanceof PlatformError) await tell(turn, error);
    throw error;
  }
}

async function tell(
  { platform: { name }, message: { item } }: Turn,
  error: PlatformError | null,
): Promise<void> {
  try {
    if (error?.isUnreachable) {
      const isPaused = await platformDown(name, error.failure.message);
      const { code, message } = error.failure;
      logError("platform is down", String(error.cause ?? message), { platform: name, code, isPaused });
    } else if (item.lane_circuit.failures > 0 && (!error || isAnswer(error))) await platformUp(name);
  } catch (failure) {
    // A note on the weather must not cost the publication that it was made for.
    logError("platform weather", failure, { platform: name });
  }
}

/** A refusal is an answer too: whoever refuses is there. Without one nothing was asked, or nothing understood. */
function isAnswer({ failure }: PlatformError): boolean {
  return failure.raw !== undefined && failure.code !== "malformed_answer";
}
