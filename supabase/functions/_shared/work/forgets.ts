/** Has providers forget what users had made: trained models above all. */
import { type ForgetItem, taskForgotten } from "../engine/forgets.ts";
import { circuitSeconds } from "../engine/circuit.ts";
import { withoutSecrets } from "../providers/kit/without_secrets.ts";
import { type Provider, ProviderError } from "../providers/provider.ts";
import { providerNamed } from "../providers/registry.ts";
import { logError, logJob } from "../runtime/log.ts";
import { asking } from "./weather.ts";

/**
 * Works on one task. A provider that cannot forget has nothing asked of it; one that does not answer, or refuses, is asked
 * again when the lease ends. Throws only when the database does.
 */
export async function workOnForget(
  item: ForgetItem,
  named: Provider = providerNamed(item.provider),
): Promise<void> {
  if (circuitSeconds(item) > 0) return;
  const taskId = item.attempt.external_id;
  try {
    const provider = withoutSecrets(named);
    await asking(item, async () => await provider.forget?.(item, taskId));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return logError("forget", error, { job: item.job.id, taskId });
  }
  await taskForgotten(item);
  logJob(item.job.id, "forgotten", { provider: item.provider, taskId });
}
