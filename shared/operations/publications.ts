/** The operations of the function `publications`. */
import { z } from "zod";
import type { ErrorCode } from "../errors/errors.ts";
import {
  enqueueRequest,
  enqueueResponse,
  preflightResponse,
  publicationResponse,
  publicationsPage,
  publicationsQuery,
  resolveRequest,
} from "../requests/requests_publications.ts";
import type { Operation } from "./operation.ts";

const ofAPublication = z.object({ id: z.guid() });

/** Of an option each; the error of the first where no option is left. */
const REJECTING: readonly ErrorCode[] = [
  "unknown_option",
  "tool_disabled",
  "connection_not_found",
  "connection_ambiguous",
  "connection_revoked",
  "missing_scope",
  "invalid_schedule",
  "text_missing",
  "text_too_long",
  "too_many_links",
  "too_many_hashtags",
  "too_many_mentions",
  "media_missing",
  "too_many_media",
  "media_refused",
  "media_unreachable",
  "refused_address",
  "file_not_found",
  "file_too_large",
  "unsupported_file_type",
  "settings_ignored",
  "duplicate_content",
  "insufficient_credits",
  "idempotency_conflict",
  "invalid_priority",
  "storage_full",
  "too_many_creates",
  "too_many_waiting",
  "too_many_refunds",
];

export const PUBLICATIONS_OPERATIONS: readonly Operation[] = [
  {
    id: "enqueuePublications",
    function: "publications",
    method: "post",
    path: "/enqueue",
    summary: "Publish with several options at once",
    description:
      "One job an option. Options that cannot be enqueued are told in `rejected`, the others go on; where none is left, " +
      "the error of the first is the answer, and nothing is written or charged. The same `idempotencyKey` with the same " +
      "request answers with the same jobs. With `dryRun` nothing is written: the answer is what would be said of each " +
      "option now, and what the files were found to be. The body has at most 4 MiB.",
    access: "user or server",
    body: enqueueRequest,
    answer: {
      status: 200,
      schema: z.union([enqueueResponse, preflightResponse]),
      description: "What was enqueued, or with `dryRun` what could be",
    },
    errors: ["forbidden", "user_not_found", ...REJECTING],
  },
  {
    id: "listPublications",
    function: "publications",
    method: "get",
    path: "",
    summary: "List your publications, newest first",
    description: "`groups` says how those that were enqueued together stand, on whichever page they are.",
    access: "user",
    query: publicationsQuery,
    answer: { status: 200, schema: publicationsPage, description: "A page, and where the next one begins" },
    isTagged: true,
    errors: [],
  },
  {
    id: "getPublication",
    function: "publications",
    method: "get",
    path: "/{id}",
    summary: "Read a publication",
    description: "With its steps, and where it is to be seen once it is there. `id`: of its job.",
    access: "user",
    params: ofAPublication,
    answer: { status: 200, schema: publicationResponse, description: "The publication" },
    isTagged: true,
    errors: ["not_found"],
  },
  {
    id: "cancelPublication",
    function: "publications",
    method: "delete",
    path: "/{id}",
    summary: "Cancel a publication",
    description: "Until its commit. One that has ended is answered as it is.",
    access: "user",
    params: ofAPublication,
    answer: { status: 200, schema: publicationResponse, description: "The publication as it is now" },
    errors: ["not_found", "job_finishing"],
  },
  {
    id: "retryPublication",
    function: "publications",
    method: "post",
    path: "/{id}/retry",
    summary: "Do a failed or cancelled publication again",
    description:
      "As a new one, charged anew. Asked twice, the answer is the same. One whose outcome is unknown counts as there until " +
      "it is resolved.",
    access: "user",
    params: ofAPublication,
    answer: { status: 201, schema: publicationResponse, description: "The new publication" },
    errors: [
      "not_found",
      "not_retryable",
      "duplicate_content",
      "connection_not_found",
      "connection_revoked",
      "insufficient_credits",
      "unknown_tool",
      "tool_disabled",
      "file_not_found",
      "file_too_large",
      "unsupported_file_type",
      "invalid_input",
      "storage_full",
      "too_many_creates",
      "too_many_waiting",
      "too_many_refunds",
    ],
  },
  {
    id: "resolvePublication",
    function: "publications",
    method: "post",
    path: "/{id}/resolve",
    summary: "Say what became of a publication whose outcome is unknown",
    description:
      "`there`: its price is kept. `not_there`: it is paid back. Said once; after seven days it is paid back.",
    access: "user",
    params: ofAPublication,
    body: resolveRequest,
    answer: { status: 200, schema: publicationResponse, description: "The publication as it is now" },
    errors: ["not_found", "not_unknown", "already_resolved"],
  },
];
