/** What the database hands a worker about a publication, beside its job and attempt. No token is in it. */
import { z } from "zod";
import { publicationWarning } from "../../../../shared/rows/publication.ts";
import { CONNECTION_STATES, PLATFORMS } from "../../../../shared/words/platforms.ts";

/** A file of the group's that was given by its address, and its copy once that is there. */
const groupMedia = z.looseObject({
  url: z.string(),
  /** In the bucket `handed`; null: it has not been fetched. */
  key: z.string().nullable(),
  bytes: z.number().int().nullable(),
  content_type: z.string().nullable(),
});
export type GroupMedia = z.infer<typeof groupMedia>;

export const publicationItem = z.object({
  group_id: z.guid(),
  line: z.string(),
  /** What its preparing has come to, in any attempt. */
  facts: z.record(z.string(), z.unknown()),
  /** Until when that is good; null: for ever. */
  facts_until: z.string().nullable(),
  /** When its commit was passed last; null: never. */
  committed_at: z.string().nullable(),
  created_at: z.string(),
  warnings: z.array(publicationWarning).nullish().transform((warnings) => warnings ?? []),
  connection: z.object({
    id: z.guid(),
    platform: z.enum(PLATFORMS),
    external_id: z.string(),
    display_name: z.string().nullable(),
    settings: z.record(z.string(), z.unknown()).nullish().transform((settings) => settings ?? {}),
    scopes: z.array(z.string()).nullish().transform((scopes) => scopes ?? []),
    state: z.enum(CONNECTION_STATES),
    expires_at: z.string().nullable(),
  }),
  app: z.object({
    platform: z.enum(PLATFORMS),
    client_id: z.string().nullable(),
    api_version: z.string().nullable(),
    settings: z.record(z.string(), z.unknown()).nullish().transform((settings) => settings ?? {}),
  }),
  media: z.array(groupMedia).nullish().transform((media) => media ?? []),
  /** What other publications of the connection have become of late. */
  known_post_ids: z.array(z.string()).nullish().transform((ids) => ids ?? []),
});
export type PublicationItem = z.infer<typeof publicationItem>;
