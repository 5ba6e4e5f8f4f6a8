/** What a submit of an attempt is given, and what the engine is told of the provider that it goes to. */
import type { SubmitTerms } from "../engine/attempts.ts";
import type { WorkItem } from "../engine/work_item.ts";
import type { Provider, SubmitContext } from "../providers/provider.ts";
import { callbackUrl } from "../runtime/env.ts";

/** What a submit of this work is given. `files`: default, those that were handed over before. */
export function contextOf(
  provider: Provider,
  { job, attempt }: WorkItem,
  files: SubmitContext["files"] = attempt.checkpoint.files ?? {},
): SubmitContext {
  return { callbackUrl: callbackUrl(provider.name, job.id, attempt.token), files };
}

/** By what an attempt that was submitted to `provider` is judged. */
export function termsOf({ resubmit, cancel }: Provider): SubmitTerms {
  return { resubmit, can_stop: cancel !== undefined };
}
