/** Stories: plays that are told rather than thrown, each with the rule that it needs. */
import type { Breakage } from "./breakages.ts";
import type { LaneName, ToolName, User } from "./catalog.ts";
import type { Choice, Play, Setting } from "./play.ts";

export interface Story {
  /** What is so because of the rule. */
  because: string;
  steps: Choice[];
  /** How lanes are set, where it matters. */
  setting?: { lane: LaneName; values: Partial<Setting["lanes"][LaneName]> };
  /** The rule taken out of the engine: then the story ends otherwise. */
  without: Breakage[];
}

/** A story as a play: one slot for each lane, no limits. */
export function playOf({ steps, setting }: Story): Play {
  const lane = {
    maxActive: null,
    maxWaiting: null,
    maxRefunds: null,
    rate: null,
    cancelRefund: "confirmed",
  } as const;
  const lanes: Setting["lanes"] = {
    once: { ...lane },
    twice: { ...lane },
    same: { ...lane },
    outside: { ...lane },
  };
  if (setting) Object.assign(lanes[setting.lane], setting.values);
  return {
    setting: { capacity: { a: 1, b: 0, c: 1, d: 1, e: 1 }, lanes },
    steps: steps.map((choice) => [choice]),
  };
}

const of = (move: string, params: Record<string, unknown> = {}): Choice => ({
  move,
  params: { pick: 0, isFit: true, isBatch: false, ...params },
});

/** Moves by name, with the numbers that a story does not mind. */
export const a = {
  userCreates: (tool: ToolName, user: User = "ana", key: string | null = null) =>
    of("create", { user, tool, priority: 0, runIn: null, key }),
  userCancels: (job = 0) => of("cancel", { pick: job, isOpen: true }),
  userRetries: () => of("retry"),
  userLeaves: (user: User = "ana") => of("deleteUser", { user }),
  workerPasses: () => of("checkpoint"),
  workerPassesTooLate: () => of("checkpoint", { isFit: false }),
  providerTakes: () => of("takes"),
  providerTakesUnheard: () => of("takesUnheard"),
  providerRefuses: () => of("refuses"),
  requestArrivesLate: () => of("arrivesLate"),
  workerNotesTask: () => of("notes"),
  workerNotesRefusal: (retryClass: "wait" | "never" = "wait") =>
    of("notesRefusal", { retryClass, after: null }),
  workerFindsTask: (pick = 0) => of("finds", { pick }),
  workerFindsNone: () => of("findsNone"),
  workerGivesUpDoubt: () => of("unknown", { isFit: false }),
  workerSeesDeadline: () => of("deadlinePassed", { isFit: false }),
  taskSucceeds: (pick = 0) => of("succeeds", { pick }),
  taskFails: (pick = 0) => of("fails", { pick }),
  webhookComes: () => of("webhook", { isLast: true, isEarly: false }),
  webhookComesTwice: () => of("webhook", { isLast: false, isEarly: false }),
  workerSettles: () => of("settles", { retryClass: "backoff" }),
  workerCompletes: () => of("copies"),
  outboxAsks: (isSure = true) => of("outbox.asks", { isSure }),
  outboxLearns: () => of("outbox.learns"),
  outboxFindsNone: () => of("outbox.findsNone"),
  outsideClaims: () => of("outside.claim", { quantity: 1 }),
  outsideBeats: () => of("outside.beats", { percent: null }),
  outsideCompletes: () => of("outside.completes", { isFit: false }),
  workerCannotPrepare: () => of("cannotPrepare", { retryClass: "backoff", after: null }),
  providerGoesDown: () => of("goesDown", { lane: "once", times: 3 }),
  operatorSetsCapacity: (capacity: number) => of("setCapacity", { account: "a", capacity }),
  operatorRemoves: () => of("removeAccount", { account: "a" }),
  passes: (seconds: number) => of("jump", { after: seconds }),
  reaperRuns: () => of("reap"),
  tickComes: () => of("tick"),
};
