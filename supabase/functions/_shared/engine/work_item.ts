/** What the database hands a worker: leased messages, and all that is needed to work on them. */
import { z } from "zod";
import { storedFile } from "../../../../shared/rows/job.ts";
import { publicationItem } from "./publication_item.ts";

/** A lane's circuit as it stood when the message was leased. */
const circuit = z.object({
  /** Null: closed. */
  opened_at: z.string().nullable(),
  /** While it is open: before that time the provider is asked nothing. */
  probe_at: z.string().nullable(),
  /** How often in a row the provider was not there. */
  failures: z.number().int(),
});

export const workItem = z.object({
  /** work: submit or settle · poll: nobody has heard of the task · cancel, forget: of an outbox (cancels.ts, forgets.ts). */
  kind: z.enum(["work", "poll", "cancel", "forget"]).default("work"),
  job: z.object({
    id: z.guid(),
    user_id: z.guid(),
    tool: z.string(),
    lane: z.string(),
    input: z.record(z.string(), z.unknown()),
    metadata: z.record(z.string(), z.unknown()),
    created_at: z.string(),
    deadline_at: z.string().nullable(),
    /** What it changes besides itself: `project_node`, `model`; null: nothing. */
    effect: z.string().nullish(),
    /** The model that it trains, where that is its effect and the model is there. */
    model_id: z.guid().nullish(),
  }),
  attempt: z.object({
    attempt: z.number().int(),
    /** Which dispatch of the job: each has a token of its own, waits do not raise `attempt`. */
    dispatch: z.number().int(),
    token: z.guid(),
    /** Where an earlier worker left off. */
    phase: z.enum([
      "dispatched",
      "preparing",
      "submitting",
      "submitted",
      "settling",
      "produced",
      "finished",
    ]),
    external_id: z.string().nullable(),
    /** What an earlier worker did or saw. */
    checkpoint: z.looseObject({
      /** How the submit names the files of each field: they have been handed over. */
      files: z.record(z.string(), z.array(z.string())).optional(),
      /** A failure that nobody announced has been seen once. */
      failure_seen: z.boolean().optional(),
      /** A commit that is in doubt was answered with a wait: that is for when it is found not to be there. */
      wait: z.object({
        scope: z.enum(["publication", "connection", "platform"]),
        code: z.string(),
        message: z.string(),
        retryAfterMs: z.number(),
      }).optional().catch(undefined),
      /** Outputs that are in Storage already, by their place among all. */
      stored: z.array(z.object({ url: z.string(), file: storedFile })).optional(),
      /** A worker copies the outputs, and will be heard of again before that time. */
      copying_until: z.string().nullish(),
    }),
    started_at: z.string(),
    /** How many submits have passed the checkpoint. */
    submits: z.number().int(),
    /** Until when the one that passed last may be under way. */
    submit_until: z.string().nullable(),
    /** How the provider takes a repetition, as the checkpoint was told. */
    resubmit: z.string().nullable(),
    /** How often in a row, a minute apart, the provider was found to have no task of this attempt. */
    nones: z.number().int(),
    /** The provider's final word, stored. */
    word: z.enum(["succeeded", "failed"]).nullable(),
    /** Once produced: where the outputs are, and what is no file. */
    outputs: z.array(z.object({ url: z.string(), contentType: z.string().nullable() })).nullable(),
    data: z.record(z.string(), z.unknown()).nullable(),
  }),
  /** Copies of the input's files that are there, by their paths: for a submit. */
  handed: z.record(z.string(), z.string()).nullish(),
  /** For how long a message is leased: a submit must be over by then. */
  lease_seconds: z.number(),
  /** When a task that runs is first asked about, and how often later on. */
  poll_seconds: z.object({ after: z.number(), every: z.number() }),
  lane_circuit: circuit,
  /** The tool's settings, those under the provider's name laid over the rest. */
  tool_settings: z.record(z.string(), z.unknown()),
  /** The largest result that the tool takes. */
  max_output_bytes: z.number().optional(),
  provider: z.string(),
  account: z.object({
    name: z.string().nullable(),
    settings: z.looseObject({ base_url: z.string().optional() }).nullable(),
    /** Null when the Vault has no such secret. */
    api_key: z.string().nullable(),
  }),
  /** What is published, and with which connection; null: the job publishes nothing. */
  publication: publicationItem.nullish(),
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
