/** What was broadcast while nobody listened, as the database keeps it. */
import { z } from "zod";
import type { MissedReason } from "../../../shared/rows/stream.ts";
import { unwrap, worker } from "../_shared/engine/database.ts";
import { type Broadcast, broadcastOf } from "./broadcast.ts";
import { MARGIN_MS } from "./progress.ts";

/** How many broadcasts are looked through after a pause, those among them that the id names; beyond that, reading anew is cheaper for everybody. */
export const MOST_TOLD = 500;
/** How many looks into the database go on at once in a process, when all streams have lost Realtime together. */
const AT_ONCE = 4;

/** A broadcast that was kept; `began`: when its transaction began, in microseconds since 1970. */
export type Kept = Broadcast & { began: number };

export interface Since {
  /** Whatever began before it, in microseconds since 1970, is over and was to be seen. */
  settled: number;
  /** Why what happened since cannot be told; null: it is in `broadcasts`. */
  missed: MissedReason | null;
  /** All that was broadcast since; when that cannot be told, what began at `settled` or later. */
  broadcasts: Kept[];
}

/** Asks what was broadcast to a user and of these projects by transactions that began at `began` or later; 0: long ago. */
export type AskSince = (userId: string, projects: readonly string[], began: number) => Promise<Since>;

const answer = z.object({
  settled: z.int(),
  missed: z.enum(["too_long_ago", "too_much", "untold"]).nullable(),
  messages: z.array(z.looseObject({ began: z.int() })),
});

/** Asks the database. Errors: as those of `unwrap`. */
export const askDatabase: AskSince = (userId, projects, began) =>
  oneOfFew(async () => {
    const { settled, missed, messages } = answer.parse(unwrap(
      await worker().rpc("told_since", {
        p_user_id: userId,
        p_projects: [...projects],
        p_began: began,
        p_margin_ms: MARGIN_MS,
        p_most: MOST_TOLD,
      }),
    ));
    const broadcasts = messages.flatMap((message) => {
      const read = broadcastOf(message);
      return read ? [{ ...read, began: message.began }] : [];
    });
    return { settled, missed, broadcasts };
  });

let running = 0;
const waiting: (() => void)[] = [];

async function oneOfFew<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next(); // takes over the place
    else running--;
  }
}
