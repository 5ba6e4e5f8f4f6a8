/** `GET /publications/:id`: one publication, with all that it has come to. */
import type { Context } from "hono";
import { z } from "zod";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { PublicationResponse } from "../../../shared/requests/requests_publications.ts";
import type { Publication } from "../../../shared/rows/publication.ts";
import { unlessKnown } from "../_shared/http/etag.ts";
import { requireStillThere, type UserEnv, userOf } from "../_shared/http/user.ts";
import { readPublications } from "./publication_rows.ts";

/** Answers `{publication}`. Error: 404 not_found, also for another user's. */
export async function getPublication(context: Context<UserEnv>): Promise<Response> {
  const publication = await readOwn(context, publicationIdOf(context));
  return await unlessKnown(context, publication, () => ({ publication }) satisfies PublicationResponse);
}

/** The caller's publication of this id. Errors: 404 not_found, 401 where its user is gone. */
export async function readOwn(context: Context<UserEnv>, id: string): Promise<Publication> {
  const { client, userId } = userOf(context);
  const [found] = await readPublications(client, userId, [id]);
  if (found) return found;
  await requireStillThere(context);
  throw noSuchPublication();
}

/** The id in the path, in small letters. Error: 404 not_found for what cannot be one. */
export function publicationIdOf(context: Context<UserEnv>): string {
  const id = z.guid().safeParse(context.req.param("id")).data;
  if (!id) throw noSuchPublication();
  return id.toLowerCase();
}

/** 404 not_found. */
export function noSuchPublication(): EsteiraError {
  return new EsteiraError("not_found", "You have no such publication.");
}
