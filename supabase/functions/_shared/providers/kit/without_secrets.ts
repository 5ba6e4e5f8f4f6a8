/** What a provider says of a failure is shown to the user and logged, and may echo what it was sent. */
import type { ClassifiedFailure } from "../../engine/failure.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { redact } from "../../text/redact.ts";
import { type Outcome, type Provider, ProviderError } from "../provider.ts";

type Call<Rest extends unknown[], Result> = (work: WorkItem, ...rest: Rest) => Promise<Result>;

/** The same provider, but the words of its errors and outcomes hold neither the API key nor the attempt's token. */
export function withoutSecrets(provider: Provider): Provider {
  const guard = <Rest extends unknown[], Result>(call: Call<Rest, Result>): Call<Rest, Result> =>
  async (
    work,
    ...rest
  ) => {
    try {
      return await call.call(provider, work, ...rest);
    } catch (error) {
      throw error instanceof ProviderError ? cleanError(work, error) : error;
    }
  };
  const { upload, prepare, findTasks, fetchOutcome, fetchOutcomes, cancel, forget } = provider;
  return {
    ...provider,
    prepare: guard(async (work, context) => {
      const prepared = await prepare.call(provider, work, context);
      const send = guard(async (work, signal: AbortSignal) => {
        const answer = await prepared.send(signal);
        return "externalId" in answer ? answer : cleanOutcome(work, answer);
      });
      return { send: (signal) => send(work, signal) };
    }),
    fetchOutcome: guard(async (work, externalId) =>
      cleanOutcome(work, await fetchOutcome.call(provider, work, externalId))
    ),
    ...upload ? { upload: guard(upload) } : {},
    ...findTasks ? { findTasks: guard(findTasks) } : {},
    ...fetchOutcomes ? { fetchOutcomes: cleanOutcomes(fetchOutcomes.bind(provider)) } : {},
    ...cancel ? { cancel: guard(cancel) } : {},
    ...forget ? { forget: guard(forget) } : {},
  };
}

type FetchOutcomes = NonNullable<Provider["fetchOutcomes"]>;

function cleanOutcomes(fetchOutcomes: FetchOutcomes): FetchOutcomes {
  return async (asked) => {
    const outcomes = await fetchOutcomes(asked);
    return asked.map(({ work }, index) => {
      const outcome = outcomes[index];
      if (!outcome) throw new Error(`${asked.length} tasks were asked after and ${outcomes.length} answered`);
      return outcome instanceof ProviderError ? cleanError(work, outcome) : cleanOutcome(work, outcome);
    });
  };
}

function cleanError(work: WorkItem, { failure, isAmbiguous, isUnreachable, cause }: ProviderError) {
  return new ProviderError(cleanFailure(work, failure), {
    isAmbiguous,
    isUnreachable,
    // Addresses are what it is for; but the one that was called may have the callback's in it.
    ...cause === undefined ? {} : { cause: clean(work, String(cause)) },
  });
}

function clean({ account, attempt }: WorkItem, text: string): string {
  return redact(text, [account.api_key, attempt.token]);
}

function cleanFailure(work: WorkItem, failure: ClassifiedFailure): ClassifiedFailure {
  return { ...failure, code: clean(work, failure.code), message: clean(work, failure.message) };
}

function cleanOutcome<Told extends Outcome>(work: WorkItem, outcome: Told): Told {
  if (outcome.state === "failed") return { ...outcome, failure: cleanFailure(work, outcome.failure) };
  if (outcome.state === "unknown") return { ...outcome, reason: clean(work, outcome.reason) };
  return outcome;
}
