/** The one call that makes a post visible. */
import { givenId } from "../../../providers/kit/fields.ts";
import { malformedAnswer } from "../../kit/failures.ts";
import { type PlatformAnswer, prepareCall } from "../../kit/platform_call.ts";
import {
  type Committed,
  PlatformError,
  type PlatformFailure,
  type PreparedCommit,
  type PublicationWork,
} from "../../platform.ts";
import { pathOf } from "../dialect.ts";
import { isSuccess } from "../failures.ts";
import type { ContainerDialect } from "./container_dialect.ts";
import { isTried, partFacts, WHOLE } from "./plan.ts";

/** It may take long over a video; what has no answer by then is asked after. */
const COMMIT_TIMEOUT_MS = 60_000;

/** Builds the commit of the container that was prepared. Throws PlatformError where there is none. */
export function commit(dialect: ContainerDialect, work: PublicationWork): PreparedCommit {
  const container = partFacts(work, WHOLE).id;
  if (container === undefined) {
    throw new PlatformError({
      class: "backoff",
      scope: "publication",
      code: "container_missing",
      message: "There is no container to publish",
    });
  }
  const path = pathOf(work.connection.externalId, dialect.edges.publish);
  const form = { creation_id: container };
  const call = prepareCall(
    work.app,
    dialect.graph.graphCall(work, path, { form, isCommit: true, timeoutMs: COMMIT_TIMEOUT_MS }),
  );
  return { send: async (signal) => committedBy(dialect, work, await call.send(signal)) };
}

/** What the answer to a commit says. Throws PlatformError, ambiguous unless it is a refusal for certain. Pure. */
export function committedBy(
  { name, graph }: Pick<ContainerDialect, "name" | "graph">,
  work: Pick<PublicationWork, "facts" | "committedAt">,
  answer: PlatformAnswer,
): Committed {
  if (!isSuccess(answer)) {
    const error = graph.failureOf(answer, { isCommit: true });
    const isLost = !error.isAmbiguous && graph.recreateAfterOf(error.failure) !== undefined;
    throw isLost ? lostContainer(work, error.failure) : error;
  }
  const id = givenId.safeParse((answer.body as Record<string, unknown>).id).data;
  if (id === undefined) throw malformedAnswer(`${name} did not say what it published`, answer.raw, true);
  // It is there. Where it is, `observe` asks: the id is kept before anything else is done.
  return { id, state: "processing", raw: answer.raw };
}

/**
 * The container is not there: preparing is to make another. Of one that an earlier commit has named, that may be so because
 * it became a post: it is looked for first.
 */
function lostContainer(
  work: Pick<PublicationWork, "facts" | "committedAt">,
  failure: PlatformFailure,
): PlatformError {
  const facts = { [`${WHOLE}_lost`]: failure.code };
  if (!isTried(work)) return new PlatformError(failure, { facts });
  const { retryAfterMs: _, ...rest } = failure;
  return new PlatformError({ ...rest, class: "unknown" }, { facts, isAmbiguous: true });
}
