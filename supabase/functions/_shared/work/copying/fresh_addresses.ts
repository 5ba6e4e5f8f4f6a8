/** Addresses that have had their time: the provider is asked for new ones of the same files. Nothing is made again. */
import type { Json } from "../../../../../shared/database.types.ts";
import { acknowledge, defer } from "../../engine/messages.ts";
import { produced } from "../../engine/results.ts";
import type { Message } from "../../engine/work_item.ts";
import { withoutSecrets } from "../../providers/kit/without_secrets.ts";
import { ProviderError } from "../../providers/provider.ts";
import { providerNamed } from "../../providers/registry.ts";
import { logJob } from "../../runtime/log.ts";
import type { Address, Stored } from "./address.ts";
import { LEASE_SECONDS } from "./under_lease.ts";

/** The job has ended meanwhile: nothing is to be copied. */
export class CopiedInVain extends Error {
  override readonly name = "CopiedInVain";
}

/**
 * Asks the provider again where the outputs are, and keeps the answer. What is stored stays so. Null: it has no other
 * addresses to tell. Throws CopiedInVain, with the message acknowledged.
 */
export async function freshAddresses(
  message: Message,
  before: readonly Address[],
  stored: Stored,
): Promise<{ addresses: Address[]; stored: Stored } | null> {
  const { item } = message;
  const told = await ask(message);
  const addresses = told && inOrderOf(before, told);
  if (!addresses || addresses.every(({ url }, index) => url === before[index]?.url)) return null;
  logJob(item.job.id, "fresh addresses", { outputs: addresses.length });
  if (await produced(message, { outputs: addresses, data: null, raw: null }) === "late") {
    await acknowledge(message);
    throw new CopiedInVain("The job has ended");
  }
  const kept = stored.slice(0, addresses.length).map(({ url, file }, index) => ({
    url: url === before[index]?.url ? addresses[index]?.url ?? url : url,
    file,
  }));
  if (kept.length > 0) await defer(message, LEASE_SECONDS, { stored: kept as unknown as Json });
  return { addresses, stored: kept };
}

async function ask({ item }: Message): Promise<Address[] | null> {
  const taskId = item.attempt.external_id;
  if (taskId === null) return null;
  try {
    const outcome = await withoutSecrets(providerNamed(item.provider)).fetchOutcome(item, taskId);
    if (outcome.state !== "succeeded") return null;
    const addresses = outcome.outputs.flatMap((output) => "url" in output ? [output] : []);
    return addresses.length > 0 ? addresses : null;
  } catch (error) {
    if (error instanceof ProviderError) return null;
    throw error;
  }
}

/**
 * `fresh` in the order of `before`, where each address differs from its old one in nothing but how it is signed;
 * else as it is. What is stored then stays in its place.
 */
export function inOrderOf(before: readonly Address[], fresh: readonly Address[]): Address[] {
  const ordered = before.flatMap(({ url }) => {
    const same = fresh.filter((one) => placeOf(one.url) === placeOf(url));
    return same.length === 1 ? same : [];
  });
  const isAll = ordered.length === fresh.length && ordered.length === before.length;
  return isAll ? ordered : [...fresh];
}

function placeOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
