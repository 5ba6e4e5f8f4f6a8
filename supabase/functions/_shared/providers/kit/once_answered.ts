/** Providers that do their work within the request: what is asked of the others afterwards, they cannot be asked. */
import type { Outcome, Provider } from "../provider.ts";
import { sha256 } from "./digest.ts";

/**
 * The answers of a provider that tells a task's end in the answer to its submit, and never again. It has no webhooks: a
 * body that comes all the same says nothing.
 */
export function onceAnswered(name: string): Pick<Provider, "parse" | "fetchOutcome"> {
  const outcome: Outcome = {
    state: "unknown",
    reason: `${name} answers once: what it said cannot be asked for again`,
    raw: null,
  };
  return {
    parse: (rawBody) => ({ externalId: null, state: "unknown", dedupeKey: sha256(rawBody), details: {} }),
    fetchOutcome: () => Promise.resolve(outcome),
  };
}
