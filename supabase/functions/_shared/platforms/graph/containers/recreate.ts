/** Containers that failed for a reason that may pass are made again, three times at most. Pure. */
import { PlatformError, type PlatformFailure, type Prepared, type PublicationWork } from "../../platform.ts";
import type { ContainerDialect } from "./container_dialect.ts";
import { factsAbout, itemsOf, partFacts, WHOLE } from "./plan.ts";

/** So many containers may follow the first. */
export const MOST_AGAIN = 3;

/** Why a part needs another container. */
export interface Lost {
  name: string;
  failure: PlatformFailure;
  /** In seconds; each time longer. */
  after: number;
  /** All that the publication has are as old as this one, or older. */
  isOfAge?: boolean;
}

/**
 * Forgets a part's container, so that another is made. Throws PlatformError of class never, with the platform's own code,
 * when there have been enough.
 */
export function again(
  dialect: Pick<ContainerDialect, "isCarousel" | "missingSubcodes">,
  work: PublicationWork,
  part: string,
  lost: Lost,
): Prepared {
  const { again } = partFacts(work, part);
  if (again >= MOST_AGAIN) {
    const message = `${lost.failure.message} (tried ${MOST_AGAIN + 1} times)`;
    const { retryAfterMs: _, ...failure } = lost.failure;
    throw new PlatformError({ ...failure, class: "never", scope: "publication", message });
  }
  const items = itemsOf(dialect, work);
  // A carousel that has lost its items finds none of them in the next one either.
  const hasLostItems = part === WHOLE && (lost.isOfAge || isMissing(dialect, lost.failure));
  const parts = hasLostItems ? [part, ...items] : [part];
  const hasOthers = [WHOLE, ...items].some((one) =>
    !parts.includes(one) && partFacts(work, one).id !== undefined
  );
  return {
    state: "more",
    name: lost.name,
    facts: { [`${part}_again`]: again + 1 },
    forget: [...parts.flatMap(factsAbout), ...hasOthers ? [] : ["since"]],
    seconds: lost.after * (again + 1),
    details: { code: lost.failure.code, message: lost.failure.message },
  };
}

/** Of containers that are not there any more: a code such as `24/2207006`. */
function isMissing(
  { missingSubcodes }: Pick<ContainerDialect, "missingSubcodes">,
  { code }: PlatformFailure,
): boolean {
  return missingSubcodes.some((subcode) => code.endsWith(`/${subcode}`));
}
