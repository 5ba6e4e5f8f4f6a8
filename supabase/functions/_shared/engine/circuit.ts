/** A lane's circuit: open while its provider is down, so that no job loses anything to the weather. */
import { withoutAddresses } from "../text/without_addresses.ts";
import { unwrap, worker } from "./database.ts";
import type { WorkItem } from "./work_item.ts";

/** The provider was not there. `reason`: what operators are shown. True: the circuit is open now. */
export async function providerDown({ job }: WorkItem, reason: string): Promise<boolean> {
  return unwrap(
    await worker().rpc("provider_down", { p_lane: job.lane, p_reason: withoutAddresses(reason) }),
  ) ?? false;
}

/** The provider has answered: the lane's circuit closes. */
export async function providerUp({ job }: WorkItem): Promise<void> {
  unwrap(await worker().rpc("provider_up", { p_lane: job.lane }));
}

/**
 * For how long the lane's provider is asked nothing, in seconds; 0: it may be asked. An attempt that was begun since the
 * circuit opened is a probe: to ask is what it is for.
 */
export function circuitSeconds({ attempt, lane_circuit: { opened_at, probe_at } }: WorkItem): number {
  if (opened_at === null || probe_at === null) return 0;
  if (Date.parse(attempt.started_at) >= Date.parse(opened_at)) return 0;
  return Math.max(Math.ceil((Date.parse(probe_at) - Date.now()) / 1000), 0);
}
