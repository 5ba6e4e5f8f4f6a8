/** A thousand people and what they post in a month: most a few posts at round hours, some far more than they may. */
import { type PlatformName, PLATFORMS } from "../../shared/words/platforms.ts";
import type { Random } from "../world/random.ts";

/** One publication that somebody wants. */
export interface Wish {
  readonly person: number;
  readonly platform: PlatformName;
  /** When it is asked for, and when it is due: milliseconds since 1970. */
  readonly at: number;
  readonly dueAt: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What `people` post in `days` days from `start` on, in order of time. */
export function wishesOf(
  { people, days, start, random, scale }: {
    people: number;
    days: number;
    start: number;
    random: Random;
    /** By what all limits are divided, and the crowds that run into them. */
    scale: number;
  },
): Wish[] {
  const wishes: Wish[] = [];
  const among = (most: number) => Math.floor(random.between(0, most));
  for (let n = 0; n < people * 2; n++) {
    const platform = PLATFORMS[among(PLATFORMS.length)] ?? "x";
    // At the full or half hour, and who comes by hand a little later; a fifth is asked for long before.
    const dueAt = start + among(days) * DAY + (8 + among(14)) * HOUR + among(2) * 30 * MINUTE;
    const isScheduled = random.next() < 0.2;
    const at = isScheduled
      ? Math.max(start, dueAt - random.between(1, 20) * HOUR)
      : dueAt + random.between(0, 8) * MINUTE;
    wishes.push({ person: among(people), platform, at, dueAt: Math.max(dueAt, at) });
  }
  return [...wishes, ...crowds(people, start, scale)].sort((one, other) => one.at - other.at);
}

/** Those who run into limits, though some of theirs is refused: of the account, and all together into that of the app. */
function crowds(people: number, start: number, scale: number): Wish[] {
  const many = (
    platform: PlatformName,
    most: number,
    day: number,
    hour: number,
    minutes: number,
    all: boolean,
  ) => {
    const count = Math.ceil(most / scale);
    return Array.from({ length: count }, (_, n): Wish => {
      const at = start + day * DAY + hour * HOUR + Math.floor(n * minutes * MINUTE / count);
      return { person: all ? (7 * n) % people : (day * 31) % people, platform, at, dueAt: at };
    });
  };
  return [
    ...[4, 11, 25].flatMap((day) => many("youtube", 130, day, 16, 90, true)),
    ...many("x", 160, 6, 10, 12, false),
    ...many("tiktok", 20, 8, 9, 60, false),
    ...many("tiktok", 20, 9, 9, 60, false),
    ...many("instagram", 80, 14, 7, 600, false),
    ...many("linkedin", 160, 2, 12, 300, false),
    // While a version has ended, and a platform is away.
    ...many("linkedin", 40, 12, 1, 900, true),
    ...many("threads", 40, 18, 1, 900, true),
  ];
}
