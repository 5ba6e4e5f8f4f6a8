/** Asks the function `publications`, and looks at what it answers before it is believed. */
import type { PublicationsPage } from "../../../../shared/requests/requests_publications.ts";
import type { Publication } from "../../../../shared/rows/publication.ts";
import { JOB_STATUSES } from "../../../../shared/words/statuses.ts";
import type { PublicationFilter } from "../../api/publications.ts";
import type { Http } from "../../http/http.ts";
import { toError } from "../../http/outcome.ts";
import { isDict, isId } from "../arrivals.ts";

/** What the data stands on is checked; what is only shown is taken as it is. */
export function isPublication(value: unknown): value is Publication {
  return isDict(value) && typeof value.id === "string" && typeof value.option === "string" &&
    (JOB_STATUSES as readonly unknown[]).includes(value.status) && Number.isSafeInteger(value.version) &&
    typeof value.created_at === "string" && Array.isArray(value.steps) && Array.isArray(value.warnings);
}

/** The one in an answer `{publication}`. @throws EsteiraError `malformed_answer` */
export function publicationIn(body: unknown): Publication {
  const publication = isDict(body) ? body.publication : null;
  if (!isPublication(publication)) throw toError("malformed_answer", "The answer holds no publication.");
  return publication;
}

export const noSuchPublication = () => toError("not_found", "You have no such publication.", {}, 404);

/** @throws EsteiraError */
export async function readOne(http: Http, id: string, signal?: AbortSignal): Promise<Publication> {
  if (!isId(id)) throw noSuchPublication();
  const call = { path: `publications/${id}`, isPolled: true, ...signal && { signal, tries: 1 } };
  return publicationIn((await http.call(call)).body);
}

/** Reads a page. Rows that are not understood are left out. @throws EsteiraError */
export async function readPage(
  http: Http,
  { group, platform, status = [], limit = 20, cursor }: PublicationFilter & { cursor?: string },
  signal?: AbortSignal,
): Promise<PublicationsPage> {
  const query = new URLSearchParams([
    ...Object.entries({ group, platform, limit: String(Math.min(100, limit)), cursor })
      .filter((entry): entry is [string, string] => entry[1] !== undefined),
    ...status.map((one) => ["status", one]),
  ]);
  const call = { path: `publications?${query}`, isPolled: true, ...signal && { signal, tries: 1 } };
  const { body } = await http.call(call);
  if (!isDict(body) || !Array.isArray(body.publications)) {
    throw toError("malformed_answer", "The answer is no page of publications.");
  }
  return {
    publications: body.publications.filter(isPublication),
    groups: Array.isArray(body.groups) ? body.groups : [],
    nextCursor: typeof body.nextCursor === "string" ? body.nextCursor : null,
  };
}
