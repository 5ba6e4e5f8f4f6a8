/** When something will be due, and who does it when this worker must leave. */
import { unwrap, worker } from "./database.ts";
import { secondsOf } from "./interval.ts";

/** In how many seconds something will be due in `lane` (undefined: in any); null: nothing is waited for. */
export async function nextLook(lane?: string): Promise<number | null> {
  const interval = unwrap(await worker().rpc("next_look", lane === undefined ? {} : { p_lane: lane }));
  return typeof interval === "string" ? secondsOf(interval) : null;
}

/** Asks for a successor that goes on draining `lane`. */
export async function wake(lane: string): Promise<void> {
  unwrap(await worker().rpc("wake", { p_lane: lane }));
}
