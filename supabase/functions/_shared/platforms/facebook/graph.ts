/** The Graph API as Facebook speaks it of pages. */
import { type Access, graphDialect, type GraphRequest } from "../graph/dialect.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import { type PlatformError, type PublicationWork } from "../platform.ts";
import { graphOf } from "./address.ts";
import { meaningOf } from "./codes.ts";
import { namingPage } from "./missing_permission.ts";

export const facebookGraph = graphDialect({ name: "Facebook", meaningOf, graphOf });
export const { askForTokens, graphCall, tokensIn } = facebookGraph;

/** A page that is asked for or published to. */
export type OfPage = Access & Pick<PublicationWork, "connection">;

/** Asks the graph for a page. Throws PlatformError, which names the page where a permission is missing there. */
export async function askPage(
  work: OfPage,
  path: string,
  request: GraphRequest = {},
  signal?: AbortSignal,
): Promise<PlatformAnswer> {
  try {
    return await facebookGraph.askGraph(work, path, request, signal);
  } catch (error) {
    throw namingPage(error, work.connection);
  }
}

/** The error that an answer is. `isCommit`: in doubt, unless it is a refusal for certain. */
export function failureOf(
  answer: PlatformAnswer,
  { connection }: Pick<OfPage, "connection">,
  about: { isCommit?: boolean } = {},
): PlatformError {
  return namingPage(facebookGraph.failureOf(answer, about), connection);
}
