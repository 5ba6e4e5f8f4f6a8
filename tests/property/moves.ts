/** All moves of a play, by name. */
import type { Move } from "./move.ts";
import { answers } from "./moves/answers.ts";
import { clock } from "./moves/clock.ts";
import { copying } from "./moves/copying.ts";
import { creates } from "./moves/creates.ts";
import { doubts } from "./moves/doubts.ts";
import { operators } from "./moves/operators.ts";
import { outbox } from "./moves/outbox.ts";
import { outside } from "./moves/outside.ts";
import { settling } from "./moves/settling.ts";
import { submits } from "./moves/submits.ts";
import { tasks } from "./moves/tasks.ts";
import { users } from "./moves/users.ts";
import { webhooks } from "./moves/webhooks.ts";

const prefixed = (prefix: string, moves: Record<string, Move>): Record<string, Move> =>
  Object.fromEntries(Object.entries(moves).map(([name, move]) => [`${prefix}.${name}`, move]));

/** Those that go on with what has begun. */
export const REACTIONS: Record<string, Move> = {
  ...submits,
  ...answers,
  ...doubts,
  ...tasks,
  ...webhooks,
  ...settling,
  ...copying,
  waits: clock["waits"]!,
  ...prefixed("outbox", outbox),
  ...prefixed("outside", outside),
};

export const MOVES: Record<string, Move> = { ...creates, ...users, ...operators, ...clock, ...REACTIONS };
