/** Stopping one task at its provider, and finding out whether it is over. */
import type { CancelItem, Over } from "../engine/cancels.ts";
import type { CancelResult, Provider } from "../providers/provider.ts";
import { ProviderError } from "../providers/provider.ts";
import { asking } from "./weather.ts";

/** How a task stands: over, asked to stop just now, or alive for all we know. */
export type Standing = Exclude<Over, "never_existed"> | "asked" | "alive";

/**
 * Stops a task, unless that `isAsked` already or the provider cannot; says how it stands. What the provider's cancel
 * says of its end counts only where it is certain; else the task itself is asked after. Throws ProviderError.
 */
export async function stopTask(
  provider: Provider,
  item: CancelItem,
  taskId: string,
  isAsked: boolean,
): Promise<Standing> {
  const result = isAsked ? "over" : await cancel(provider, item, taskId);
  if (result !== "over") return result;
  const outcome = await asking(item, () => provider.fetchOutcome(item, taskId));
  if (outcome.state === "succeeded") return "succeeded";
  if (outcome.state === "failed") return outcome.how ?? "failed";
  return "alive";
}

async function cancel(provider: Provider, item: CancelItem, taskId: string): Promise<CancelResult> {
  if (!provider.cancel) return "over";
  try {
    return await asking(item, async () => await provider.cancel?.(item, taskId) ?? "over");
  } catch (error) {
    // It will not be stopped: perhaps since it has ended.
    if (error instanceof ProviderError && error.failure.retryClass === "never") return "over";
    throw error;
  }
}
