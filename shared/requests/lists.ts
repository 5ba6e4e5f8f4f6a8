/** Lists that are read page by page. A page ends with a cursor; the page after it holds what is older, each entry once. */
import { z } from "zod";
import { job } from "../rows/job.ts";
import { JOB_STATUSES } from "../words/statuses.ts";

/** Entries on a page, where nothing else is asked for. */
export const DEFAULT_LIMIT = 20;

const limit = z.coerce.number().int().min(1).max(100).default(DEFAULT_LIMIT).describe("How many on a page.");

const nextCursor = z.string().nullable().describe(
  "Where the next page begins: goes into `cursor`; null on the last page. Opaque: what it looks like may change.",
);

/** A place in the list of jobs: microseconds since 1970 and a job's id, of the last job seen. */
export const jobsCursor = z.string().regex(/^\d{1,17}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, {
  error: "A cursor is a nextCursor of this list",
});

/** `GET /jobs`. */
export const listJobsQuery = z.strictObject({
  limit,
  cursor: jobsCursor.optional().describe("The `nextCursor` of the page before."),
  status: z.array(z.enum(JOB_STATUSES)).max(JOB_STATUSES.length).optional().describe(
    "Several may be asked for: `status=failed&status=cancelled`.",
  ),
  tool: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, { error: "A tool's name is in snake_case" }).optional(),
});
export type ListJobsQuery = z.input<typeof listJobsQuery>;

/** The answer of `GET /jobs`: the caller's jobs, newest first. */
export const jobsPage = z.object({ jobs: z.array(job), nextCursor });
export type JobsPage = z.infer<typeof jobsPage>;

/** Why a balance changed; the same words as the SQL enum `public.credit_kind`. */
export const CREDIT_KINDS = ["grant", "charge", "refund"] as const;
export type CreditKind = typeof CREDIT_KINDS[number];

/** A place in a statement: the id of the last entry seen. */
export const creditsCursor = z.string().regex(/^\d{1,15}$/, {
  error: "A cursor is a nextCursor of this list",
});

/** `GET /jobs/credits`. */
export const listCreditsQuery = z.strictObject({
  limit,
  cursor: creditsCursor.optional().describe("The `nextCursor` of the page before."),
});
export type ListCreditsQuery = z.input<typeof listCreditsQuery>;

/** One change of a balance. */
export const creditEntry = z.object({
  id: z.number().int().positive(),
  kind: z.enum(CREDIT_KINDS),
  amount: z.number().int().describe("Credits added; negative for a charge."),
  balance_after: z.number().int().nonnegative().describe("The balance that it left."),
  job_id: z.guid().nullable().describe(
    "What was paid for or refunded, also when that job is gone; null for a grant.",
  ),
  note: z.string().nullable().describe("What a grant was for, in words."),
  reference: z.string().nullable().describe("The id that whoever made a grant gave it, such as a payment's."),
  created_at: z.string(),
});
export type CreditEntry = z.infer<typeof creditEntry>;

/** The answer of `GET /jobs/credits`: the balance as it is now, and a page of its statement, newest first. */
export const creditsPage = z.object({
  balance: z.number().int().nonnegative(),
  entries: z.array(creditEntry),
  nextCursor,
});
export type CreditsPage = z.infer<typeof creditsPage>;
