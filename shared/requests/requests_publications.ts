/** Requests to the `publications` function, and what it answers. Document 003 has the first of them word for word. */
import { z } from "zod";
import { jobsCursor } from "./lists.ts";
import { mediaFile } from "../publishing/content.ts";
import { postingLimit } from "../rows/connection.ts";
import { publication, publicationGroup } from "../rows/publication.ts";
import { PLATFORMS, RESOLUTIONS } from "../words/platforms.ts";
import { JOB_STATUSES } from "../words/statuses.ts";

/** `POST /publications/enqueue`. */
export const enqueueRequest = z.strictObject({
  userId: z.guid().optional().describe("If sent, the caller's own; servers name whose it is."),
  selectedOptions: z.array(z.string().min(1).max(60)).min(1).max(20),
  mediaFiles: z.array(mediaFile).max(35).default([]),
  captions: z.strictObject({
    universal: z.string().max(100_000).default(""),
    specific: z.record(z.string(), z.string().max(100_000)).default({}),
  }).default({ universal: "", specific: {} }),
  settings: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  connections: z.record(z.string(), z.guid()).default({}).describe(
    "Which connection an option is published with: `{instagram_feed: id}`. Left out: the only one of its platform.",
  ),
  scheduledFor: z.iso.datetime({ offset: true, local: true }).optional().describe(
    "Not before this time; without an offset it is of `timeZone`.",
  ),
  timeZone: z.string().max(64).optional().describe("An IANA time zone, such as `America/Sao_Paulo`."),
  priority: z.number().int().min(-32_768).max(32_767).optional(),
  idempotencyKey: z.string().min(1).max(160).optional().describe("Of the whole request."),
  allowDuplicate: z.boolean().default(false),
  dryRun: z.boolean().default(false).describe(
    "Preflight: looks at everything, charges and enqueues nothing.",
  ),
  metadata: z.record(z.string(), z.unknown()).default({}),
});
export type EnqueueRequest = z.input<typeof enqueueRequest>;

/** Why an option was not enqueued. `platform` is the option, as document 003 calls it. */
export const rejection = z.object({
  platform: z.string(),
  code: z.string(),
  field: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Rejection = z.infer<typeof rejection>;

export const enqueueResponse = z.object({
  success: z.boolean(),
  message: z.string(),
  data: z.object({
    jobs: z.array(z.object({ job_id: z.guid(), platform: z.string(), status: z.enum(JOB_STATUSES) })),
    totalEnqueued: z.number().int(),
    totalRequested: z.number().int(),
    groupId: z.guid().nullable(),
    rejected: z.array(rejection),
  }),
});
export type EnqueueResponse = z.infer<typeof enqueueResponse>;

/** What a file was found to be. Null: it could not be told. */
export const mediaProbe = z.object({
  contentType: z.string(),
  bytes: z.number().int(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  durationSeconds: z.number().nullable(),
  framesPerSecond: z.number().nullable(),
  videoCodec: z.string().nullable(),
  audioCodec: z.string().nullable(),
});
export type MediaProbe = z.infer<typeof mediaProbe>;

/** The answer where `dryRun` is true. */
export const preflightResponse = z.object({
  success: z.boolean(),
  message: z.string(),
  data: z.object({
    options: z.array(z.object({
      platform: z.string(),
      ok: z.boolean(),
      price: z.number().int().nullable(),
      limit: postingLimit.nullable(),
      issues: z.array(rejection.omit({ platform: true })),
      warnings: z.array(rejection.omit({ platform: true })),
    })),
    media: z.array(mediaProbe.nullable()),
    totalPrice: z.number().int(),
    balance: z.number().int(),
  }),
});
export type PreflightResponse = z.infer<typeof preflightResponse>;

/** `GET /publications`. */
export const publicationsQuery = z.strictObject({
  platform: z.enum(PLATFORMS).optional(),
  status: z.array(z.enum(JOB_STATUSES)).max(JOB_STATUSES.length).optional(),
  group: z.guid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: jobsCursor.optional(),
});
export type PublicationsQuery = z.input<typeof publicationsQuery>;
export const publicationsPage = z.object({
  publications: z.array(publication),
  groups: z.array(publicationGroup),
  nextCursor: z.string().nullable(),
});
export type PublicationsPage = z.infer<typeof publicationsPage>;

export const publicationResponse = z.object({ publication });
export type PublicationResponse = z.infer<typeof publicationResponse>;

/** `POST /publications/:id/resolve`: I looked, and it is there, or it is not. */
export const resolveRequest = z.strictObject({
  resolved: z.enum(RESOLUTIONS),
  reason: z.string().max(500).optional(),
});
export type ResolveRequest = z.input<typeof resolveRequest>;

/** `POST /publications/internal/process-publication`, as document 003 has it: works on that one job now. */
export const processPublicationRequest = z.object({
  job_id: z.guid(),
  user_id: z.guid().optional(),
  platform: z.string().optional(),
  content: z.record(z.string(), z.unknown()).optional(),
});
export type ProcessPublicationRequest = z.input<typeof processPublicationRequest>;
export const processPublicationResponse = z.object({
  success: z.boolean(),
  data: z.object({ job_id: z.guid(), status: z.enum(JOB_STATUSES), worked: z.boolean() }),
});
export type ProcessPublicationResponse = z.infer<typeof processPublicationResponse>;
