/** A play: moves chosen in a world, done by the engine and by the model, and laid side by side after each. */
import fc from "fast-check";
import { type AccountName, BALANCES, LANE_NAMES, type LaneName, LANES } from "./catalog.ts";
import { compare, type Observation } from "./compare.ts";
import { type Call, mostly, type Move } from "./move.ts";
import { MOVES, REACTIONS } from "./moves.ts";
import { sentenceBrokenIn } from "./sentences.ts";
import { setCapacity } from "./slots.ts";
import type { World } from "./state.ts";

/** How the lanes are set when a play begins; null: no limit. */
export interface Setting {
  capacity: Record<AccountName, number>;
  lanes: Record<LaneName, LaneSetting>;
}
interface LaneSetting {
  maxActive: number | null;
  maxWaiting: number | null;
  maxRefunds: number | null;
  /** Starts in any minute. */
  rate: number | null;
  cancelRefund: "confirmed" | "always" | "never";
}

/** A move by its name, with the numbers that choose among what is there. */
export interface Choice {
  move: string;
  params: unknown;
}
/** What is done: the first of these that can be done. */
export type Step = Choice[];
export interface Play {
  setting: Setting;
  steps: Step[];
}

/** The engine, as far as a play needs it. */
export interface Engine {
  begin(setting: Setting): Promise<void>;
  act(call: Call): Promise<Observation>;
  undo(): Promise<void>;
}

const laneSetting: fc.Arbitrary<LaneSetting> = fc.record({
  maxActive: mostly<number | null>(null, null, 1, 2),
  maxWaiting: mostly<number | null>(null, null, 2, 3),
  maxRefunds: mostly<number | null>(null, 1, 2),
  rate: mostly<number | null>(null, null, 1, 3),
  cancelRefund: mostly<LaneSetting["cancelRefund"]>("confirmed", "always", "never"),
});
const setting: fc.Arbitrary<Setting> = fc.record({
  capacity: fc.record({
    a: mostly(1, 0, 2),
    b: fc.nat({ max: 1 }),
    c: mostly(1, 2),
    d: mostly(1, 2),
    e: mostly(1, 2),
  }),
  lanes: fc.record({ once: laneSetting, twice: laneSetting, same: laneSetting, outside: laneSetting }),
});

const choiceOf = (name: string): fc.Arbitrary<Choice> =>
  MOVES[name]!.params.map((params) => ({ move: name, params }));
const oneOfMoves = (moves: Record<string, Move>) =>
  fc.oneof(...Object.entries(moves).map(([name, { weight }]) => ({ weight, arbitrary: choiceOf(name) })));

/** Most of what happens goes on with what has begun; so that there is something to go on with, several are tried. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.array(oneOfMoves(REACTIONS), { minLength: 6, maxLength: 6 }) },
  { weight: 2, arbitrary: oneOfMoves(MOVES).map((choice) => [choice]) },
);

/** Plays of up to `length` steps, of which the first create jobs: without any there is little to do. */
export const playsOf = (length: number): fc.Arbitrary<Play> =>
  fc.record({
    setting,
    steps: fc.tuple(
      fc.array(choiceOf("create").map((choice) => [choice]), { minLength: 1, maxLength: 2, size: "max" }),
      fc.array(step, { minLength: Math.floor(length / 2), maxLength: length, size: "max" }),
    ).map((parts) => parts.flat()),
  });

/** The world before the first move. */
export function worldOf(setting: Setting): World {
  const laneOf = ({ maxActive, maxWaiting, maxRefunds, rate, cancelRefund }: LaneSetting) => ({
    pausedUntil: 0,
    maxActive: maxActive ?? Infinity,
    maxWaiting: maxWaiting ?? Infinity,
    maxRefunds: maxRefunds ?? Infinity,
    rate: rate ?? Infinity,
    starts: [],
    cancelRefund,
    failures: 0,
    openedAt: null,
    probeAt: -Infinity,
    clocks: {},
    tickets: {},
  });
  const world: World = {
    now: 0,
    jobs: [],
    slots: [],
    cancels: [],
    paused: {},
    removed: [],
    deleted: [],
    balances: { ...BALANCES },
    lanes: {
      once: laneOf(setting.lanes.once),
      twice: laneOf(setting.lanes.twice),
      same: laneOf(setting.lanes.same),
      outside: laneOf(setting.lanes.outside),
    },
    refunds: [],
    tasks: [],
    senders: [],
    started: 0,
    isDispatchPutOff: false,
    excused: [],
  };
  for (const lane of LANE_NAMES) {
    for (const account of LANES[lane].accounts) setCapacity(world, account, setting.capacity[account]);
  }
  return world;
}

/**
 * Plays on the engine and in the model; throws after the first move on which they differ, or which breaks a rule. Returns
 * how many of the steps could be made.
 */
export async function play(engine: Engine, { setting, steps }: Play): Promise<number> {
  let world = worldOf(setting);
  const story: string[] = [];
  async function take(step: Step): Promise<void> {
    const found = step.map((choice) => ({ choice, call: MOVES[choice.move]!.choose(world, choice.params) }))
      .find(({ call }) => call !== null);
    if (!found?.call) return;
    const { choice, call } = found;
    const move = MOVES[choice.move]!;
    story.push(`${choice.move} ${JSON.stringify(call)}`);
    if (typeof call["job"] === "number") call["lane"] ??= world.jobs[call["job"]]!.lane;
    if (move.isOutside) move.apply(world, call, { id: () => "" });
    else world = compare(world, { story, call }, move, await engine.act(call));
    const sentence = sentenceBrokenIn(world);
    if (sentence) throw new Error(`${sentence}, after\n${story.join("\n")}`);
  }

  await engine.begin(setting);
  try {
    for (const step of steps) await take(step);
    const made = story.length;
    // However it went: the clock alone brings everything to rest.
    for (let days = 0; days < 4 && restlessIn(world); days++) {
      await take([{ move: "jump", params: { after: 25 * 3600 } }]);
      await take([{ move: "reap", params: {} }]);
    }
    const sentence = restlessIn(world);
    if (sentence) throw new Error(`${sentence}, by the clock alone, after\n${story.join("\n")}`);
    return made;
  } finally {
    await engine.undo();
  }
}

function restlessIn(world: World): string | null {
  const job = world.jobs.find(({ isGone, status, refund }) =>
    !isGone && (status === "pending" || status === "processing" || refund === "due")
  );
  if (job) return `6: job ${job.n} is never at rest: ${job.status}, refund ${job.refund}`;
  const row = world.cancels.find(({ how }) => how === null);
  if (row) return `6: the row of job ${row.job}, dispatch ${row.dispatch} is never closed`;
  const slot = world.slots.find(({ holder }) => holder !== null);
  return slot ? `6: a slot of account ${slot.account} is never free` : null;
}
