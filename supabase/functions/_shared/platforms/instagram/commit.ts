/** The one call that makes a post visible. */
import { givenId } from "../../providers/kit/fields.ts";
import { malformedAnswer } from "../kit/failures.ts";
import { prepareCall } from "../kit/platform_call.ts";
import { type Committed, PlatformError, type PreparedCommit, type PublicationWork } from "../platform.ts";
import { pathOf } from "../graph/dialect.ts";
import { isSuccess } from "../graph/failures.ts";
import { failureOf, graphCall } from "./graph.ts";
import { partFacts, WHOLE } from "./plan.ts";

/** Instagram may take long over a video; what has no answer by then is asked after. */
const COMMIT_TIMEOUT_MS = 60_000;

/** Builds the commit of the container that was prepared. Throws PlatformError where there is none. */
export function commit(work: PublicationWork): PreparedCommit {
  const container = partFacts(work, WHOLE).id;
  if (container === undefined) {
    throw new PlatformError({
      class: "backoff",
      scope: "publication",
      code: "container_missing",
      message: "There is no container to publish",
    });
  }
  const path = pathOf(work.connection.externalId, "/media_publish");
  const form = { creation_id: container };
  const call = prepareCall(
    work.app,
    graphCall(work, path, { form, isCommit: true, timeoutMs: COMMIT_TIMEOUT_MS }),
  );
  return { send: async (signal) => committedBy(await call.send(signal)) };
}

/** What the answer to a commit says. Throws PlatformError, ambiguous unless it is a refusal for certain. Pure. */
export function committedBy(answer: Parameters<typeof isSuccess>[0]): Committed {
  if (!isSuccess(answer)) throw failureOf(answer, { isCommit: true });
  const id = givenId.safeParse((answer.body as Record<string, unknown>).id).data;
  if (id === undefined) throw malformedAnswer("Instagram did not say what it published", answer.raw, true);
  // It is there. Where it is, `observe` asks: the id is kept before anything else is done.
  return { id, state: "processing", raw: answer.raw };
}
