/** What the database hands a worker: leased messages, and all that is needed to work on them. */
import { z } from "zod";
import { storedFile } from "../../../../shared/rows/job.ts";

const workItem = z.object({
  /** work: submit or settle · poll: nobody has heard of the task · cancel: stop it at the provider. */
  kind: z.enum(["work", "poll", "cancel"]).default("work"),
  job: z.object({
    id: z.guid(),
    user_id: z.guid(),
    tool: z.string(),
    lane: z.string(),
    input: z.record(z.string(), z.unknown()),
    metadata: z.record(z.string(), z.unknown()),
    created_at: z.string(),
    deadline_at: z.string().nullable(),
  }),
  attempt: z.object({
    attempt: z.number().int(),
    token: z.guid(),
    /** Where an earlier worker left off. */
    phase: z.enum([
      "dispatched",
      "preparing",
      "submitting",
      "submitted",
      "settling",
      "finished",
    ]),
    external_id: z.string().nullable(),
    /** What an earlier worker did or saw. */
    checkpoint: z.looseObject({
      /** How the submit names the files of each field: they have been handed over. */
      files: z.record(z.string(), z.array(z.string())).optional(),
      /** A failure that nobody announced has been seen once. */
      failure_seen: z.boolean().optional(),
      /** A submit was in doubt: from then on it may be done again, for the `resubmits`-th time. */
      resubmit_at: z.string().nullish(),
      resubmits: z.number().int().optional(),
      /** Outputs that are in Storage already, by their place among all. */
      stored: z.array(z.object({ url: z.string(), file: storedFile })).optional(),
      /** A worker copies the outputs, and will be heard of again before that time. */
      copying_until: z.string().optional(),
    }),
    started_at: z.string(),
  }),
  /** The tool's settings, those under the provider's name laid over the rest. */
  tool_settings: z.record(z.string(), z.unknown()),
  provider: z.string(),
  account: z.object({
    name: z.string().nullable(),
    settings: z.looseObject({ base_url: z.string().optional() }).nullable(),
    /** Null when the Vault has no such secret. */
    api_key: z.string().nullable(),
  }),
});
export type WorkItem = z.infer<typeof workItem>;

/** A message under lease. `read_count` is 1 at the first reading. */
export const message = z.object({
  queue: z.string(),
  msg_id: z.number().int(),
  read_count: z.number().int(),
  item: workItem,
});
export type Message = z.infer<typeof message>;
