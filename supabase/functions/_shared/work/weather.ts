/** Calls of a provider, watched: one that is down opens its lane's circuit, one that answers closes it. */
import { providerDown, providerUp } from "../engine/circuit.ts";
import type { WorkItem } from "../engine/work_item.ts";
import { ProviderError } from "../providers/provider.ts";
import { logError } from "../runtime/log.ts";

/** Does `call`, and tells the lane's circuit whether the provider was there. Throws what `call` throws. */
export async function asking<T>(item: WorkItem, call: () => Promise<T>): Promise<T> {
  try {
    const answer = await call();
    await tellCircuit(item, null);
    return answer;
  } catch (error) {
    if (error instanceof ProviderError) await tellCircuit(item, error);
    throw error;
  }
}

/** Tells the lane's circuit how a call went. `error`: null when it was answered as it should be. */
export async function tellCircuit(item: WorkItem, error: ProviderError | null): Promise<void> {
  try {
    if (error?.isUnreachable) await down(item, error);
    else if (item.lane_circuit.failures > 0 && (!error || isAnswer(error))) await providerUp(item);
  } catch (failure) {
    // A note on the weather must not cost the job that it was made for.
    logError("circuit", failure, { lane: item.job.lane });
  }
}

async function down(item: WorkItem, error: ProviderError): Promise<void> {
  const isOpen = await providerDown(item, error.failure.message);
  const { message, code } = error.failure;
  logError("provider is down", String(error.cause ?? message), { lane: item.job.lane, code, isOpen });
}

/** A refusal is an answer too: whoever refuses is there. Without one nothing was asked, or nothing understood. */
function isAnswer({ failure }: ProviderError): boolean {
  return failure.raw !== undefined && failure.code !== "malformed_answer";
}
