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
      if (!(error instanceof ProviderError)) throw error;
      throw new ProviderError(cleanFailure(work, error.failure), error.isAmbiguous);
    }
  };
  const { upload, submit, findTask, fetchOutcome, cancel } = provider;
  return {
    ...provider,
    submit: guard(submit),
    fetchOutcome: guard(async (work, externalId) =>
      cleanOutcome(work, await fetchOutcome.call(provider, work, externalId))
    ),
    ...upload ? { upload: guard(upload) } : {},
    ...findTask ? { findTask: guard(findTask) } : {},
    ...cancel ? { cancel: guard(cancel) } : {},
  };
}

function clean({ account, attempt }: WorkItem, text: string): string {
  return redact(text, [account.api_key, attempt.token]);
}

function cleanFailure(work: WorkItem, failure: ClassifiedFailure): ClassifiedFailure {
  return { ...failure, code: clean(work, failure.code), message: clean(work, failure.message) };
}

function cleanOutcome(work: WorkItem, outcome: Outcome): Outcome {
  if (outcome.state === "failed") return { ...outcome, failure: cleanFailure(work, outcome.failure) };
  if (outcome.state === "unknown") return { ...outcome, reason: clean(work, outcome.reason) };
  return outcome;
}
