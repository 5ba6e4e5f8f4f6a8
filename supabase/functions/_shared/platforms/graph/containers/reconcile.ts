/** What became of a commit whose answer was lost: the container that it named knows. */
import { PlatformError, type PublicationWork, type Reconciled } from "../../platform.ts";
import type { ContainerDialect } from "./container_dialect.ts";
import { askContainer, type ContainerStatus } from "./container_status.ts";
import { BY_CONTAINER } from "./observe.ts";
import { partFacts, WHOLE } from "./plan.ts";

/** Asks the container. Throws PlatformError when the question fails. */
export async function reconcile(dialect: ContainerDialect, work: PublicationWork): Promise<Reconciled> {
  const container = partFacts(work, WHOLE).id;
  if (container === undefined) return { state: "unknown", reason: "No container is known", raw: null };
  try {
    return outcomeOf(dialect, container, await askContainer(dialect, work, container));
  } catch (error) {
    if (!(error instanceof PlatformError) || !isOfNothing(error)) throw error;
    // It says nothing of what became of it.
    const { code, message, raw = null } = error.failure;
    return { state: "unknown", reason: `The container cannot be read. ${code}: ${message}`, raw };
  }
}

/** Whether an answer says that there is no such thing: seen of containers and posts that were there. */
function isOfNothing({ failure: { code } }: PlatformError): boolean {
  return code === "100/33" || code === "803" || code === "24" || code.startsWith("24/");
}

/**
 * What a container's state says of its commit. Pure. The newest post of the account is never taken for it: the person
 * may have published another in the meantime.
 */
export function outcomeOf(
  { name }: Pick<ContainerDialect, "name">,
  container: string,
  status: ContainerStatus,
): Reconciled {
  const { raw } = status;
  switch (status.state) {
    case "published":
      return { state: "there", id: BY_CONTAINER + container, raw };
    case "finished":
      // Ready, and published by nobody.
      return { state: "not_there", raw };
    case "expired":
      // Nobody published it within its day.
      return { state: "not_there", raw };
    case "error":
      // It did not come to the end of its publishing.
      return { state: "not_there", raw };
    case "in_progress":
      return { state: "unknown", reason: `${name} is still at work on the container`, raw };
    case "unknown":
      return { state: "unknown", reason: `${name} says of the container: ${status.word}`, raw };
  }
}
