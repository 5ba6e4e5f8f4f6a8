/** Why a job stands where it stands: a row of `public.why`, for its owner, and one of `ops_api.diagnose`, for operators. */
import { z } from "zod";
import { VERDICT_CLEARS, VERDICT_LEVELS } from "../words/verdicts.ts";

const verdict = z.object({
  rank: z.number().int().positive().describe("From 1, in order: the first is the one sentence."),
  code: z.string().describe("One of VERDICT_CODES, or one of a later version."),
  level: z.enum(VERDICT_LEVELS),
  since: z.string().nullable(),
  clears: z.enum(VERDICT_CLEARS),
  expected_at: z.string().nullable().describe("When it is likely to be over; null: nobody knows."),
});

/** What its owner is told. */
export const why = verdict.extend({
  words: z.object({ "pt-BR": z.string(), en: z.string() }).describe(
    "At most three sentences: is something wrong, does it clear by itself and when, can I do something.",
  ),
});
export type Why = z.infer<typeof why>;

/** What an operator is told besides, in English. */
export const diagnosis = verdict.extend({
  subject: z.string().nullable().describe("What it is about, such as a lane or a platform."),
  detail: z.string().nullable(),
  evidence: z.record(z.string(), z.unknown()).nullable().describe("What was seen. No secrets."),
  action: z.string().nullable().describe("What can be done about it; null: nothing."),
  repair_sql: z.string().nullable().describe("The statement that mends it, if one does."),
  ruled_out: z.boolean().describe("It was looked at, and is not the reason."),
});
export type Diagnosis = z.infer<typeof diagnosis>;
