/** Whose page a token is good for, and what its person may do there. */
import { type Call } from "../graph/calls.ts";
import { type GraphError, notThere } from "../graph/graph_errors.ts";
import { mayCreate } from "../graph/pages.ts";
import type { Access } from "../social/tokens.ts";
import { NO_PAGE_TOKEN, noTask } from "./facebook_errors.ts";
import type { Poster } from "./posts.ts";
import type { Facebook } from "./world.ts";

/** Scopes for what makes posts. */
export const PUBLISHES = { facebook: ["pages_manage_posts", "pages_read_engagement"] } as const;
/** Scopes for what reads. */
export const READS = { facebook: ["pages_read_engagement"] } as const;

/** The page that a call is made as, or why not: it wants the page's own token, and a person who may publish there. */
export function posterOf(
  facebook: Facebook,
  { access }: Pick<Call, "access">,
  id: string,
): Poster | GraphError {
  const found = readerOf(facebook, access, id);
  if (!found) return notThere(id);
  if (access.of === undefined) return NO_PAGE_TOKEN;
  return mayCreate(found.page) ? found : noTask("CREATE_CONTENT");
}

/** The page, where the token is good for it; a person's own is good for all of theirs. */
export function readerOf({ pages }: Facebook, { family, of }: Access, id: string): Poster | undefined {
  const found = pages.page(id);
  const isOwn = found && found.person === family.person && (of === undefined || of === id);
  return isOwn ? found : undefined;
}

/** Whether it is an error and no page. */
export function isError(found: Poster | GraphError): found is GraphError {
  return "code" in found;
}
