/**
 * What has to hold of a month. Pure: each claim is a function of what there is of it, and of the same month
 * without weather.
 */
import { type PlatformName, PLATFORMS } from "../../shared/words/platforms.ts";
import type { Ended, Month, Weather } from "./month.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** As many may be under way at once: document 003. */
const SLOTS = 5;
/** By how much another platform's weather may make somebody wait longer, in seconds, at any share of all. */
const BOUND_SECONDS = 20;

export interface Finding {
  readonly claim: string;
  readonly problems: readonly string[];
}

export interface Judged {
  readonly month: Month;
  /** The same people and wishes, and nothing goes wrong. */
  readonly calm: Month;
  readonly weather: Weather;
}

type Check = (judged: Judged) => string[];

const CHECKS: readonly [claim: string, check: Check][] = [
  [
    "no quota is exceeded, no token used after its end, no refresh token and no post made twice",
    ({ month }) => PLATFORMS.flatMap((platform) => month.books[platform].complaints),
  ],
  ["five at a time, one with a connection", ({ month: { done } }) => [
    ...done.complaints,
    ...done.mostAtOnce > SLOTS ? [`${done.mostAtOnce} at once`] : [],
  ]],
  ["every publication has ended", ({ month: { wishes, ended } }) => [
    ...wishes.length === ended.length ? [] : [`${ended.length} of ${wishes.length} are there`],
    ...ended.filter(({ status }) => !["completed", "failed"].includes(status)).map(told),
  ]],
  [
    "what completed is there, what failed is not, and nobody knows only where an answer was lost",
    ({ month }) => month.ended.filter((one) => !isAsItSays(one, month)).map(told),
  ],
  [
    "it fails only where it was refused, its answer was lost, or its platform was away too long",
    ({ month, weather }) =>
      month.ended.filter((one) => one.status === "failed" && !isExcused(one, month, weather)).map(told),
  ],
  ["what failed is paid back, and nothing else", ({ month: { ended, drift } }) => [
    ...ended.filter(({ status, refund }) => refund !== (status === "completed" ? "none" : "paid")).map(told),
    ...drift.map((row) => JSON.stringify(row)),
  ]],
  [
    "nothing is left in slots, lines and queues",
    ({ month }) => month.leftovers.map((row) => JSON.stringify(row)),
  ],
  [
    "an alert tells of the version's end 60 days before, until an operator has moved on",
    ({ month, weather }) => {
      const { openedAt, closedAt } = month.alert;
      const ahead = openedAt === null ? 0 : (weather.sunset.at - openedAt) / DAY;
      const late = closedAt === null ? Infinity : closedAt - weather.sunset.movedAt;
      return [
        ...ahead > 59.7 && ahead <= 60 ? [] : [`it was told ${ahead} days before`],
        // The rules are looked at every three hours or so here, and one is over with the second look that finds it low.
        ...late >= 0 && late <= 7 * HOUR ? [] : [`it was over ${late / HOUR} hours after the move`],
      ];
    },
  ],
  ["a platform is paused for its own sake alone", ({ month, calm, weather }) => {
    const may = new Set<PlatformName>(["youtube", weather.outage.platform, weather.sunset.platform]);
    return [
      ...[...month.pauses.keys()].filter((platform) => !may.has(platform)).map((name) =>
        `${name} was paused`
      ),
      ...[...calm.pauses.keys()].filter((platform) => platform !== "youtube").map((name) =>
        `${name} was, in calm`
      ),
      ...[...may].filter((platform) => !month.pauses.has(platform)).map((name) => `${name} never was`),
    ];
  }],
  [
    "nobody at another platform waits for it",
    ({ month, calm, weather }) =>
      others(weather).flatMap((platform) => {
        const [were, are] = [waitsOf(calm, platform), waitsOf(month, platform)];
        return [0.5, 0.9, 0.99].flatMap((share) => {
          const [was, is] = [at(were, share), at(are, share)];
          return is > was + BOUND_SECONDS ? [`${platform}, of ${share}: ${was} s were ${is} s`] : [];
        });
      }),
  ],
  [
    "limits were reached, accesses renewed, and accounts connected anew: there was something to prove",
    ({ month }) => unproved(month),
  ],
];

/** Judges a month. */
export function judge(judged: Judged): Finding[] {
  return CHECKS.map(([claim, check]) => ({ claim, problems: check(judged) }));
}

/** How long the publications of a platform took from when they were due, in seconds, shortest first. */
export function waitsOf({ ended }: Month, platform: PlatformName): number[] {
  return ended.filter((one) => one.platform === platform && one.status === "completed")
    .map(({ due_at, ended_at }) => Math.round(((ended_at ?? NaN) - due_at) / 1000))
    .sort((one, other) => one - other);
}

/** The value that a share of all do not exceed. */
export function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? NaN;
}

/** The platforms with which nothing is wrong. */
export function others({ outage, sunset }: Weather): PlatformName[] {
  return PLATFORMS.filter((platform) => platform !== outage.platform && platform !== sunset.platform);
}

const told = ({ id, platform, status, error_code, refund }: Ended) =>
  `${platform} ${id}: ${status} ${error_code ?? ""}, refund ${refund}`;

function isAsItSays({ id, platform, status, error_code }: Ended, { books, done }: Month): boolean {
  const posts = books[platform].posts.get(id) ?? 0;
  if (error_code === "outcome_unknown") return posts <= 1 && done.lost.has(id);
  return posts === (status === "completed" ? 1 : 0);
}

function isExcused({ id, platform, error_code }: Ended, { done }: Month, { outage }: Weather): boolean {
  if (error_code === "refused") return done.refused.has(id);
  if (error_code === "outcome_unknown") return done.lost.has(id);
  return error_code === "expired" && platform === outage.platform;
}

function unproved({ books, reconnects }: Month): string[] {
  return [
    ...reconnects === 0 ? ["nobody connected anew"] : [],
    ...PLATFORMS.flatMap((platform) => {
      const { terms: { renewal, ofAccount }, most, renewals } = books[platform];
      const isReached = !ofAccount || platform === "threads" || most.account >= 0.9 * ofAccount.most;
      return [
        ...isReached ? [] : [`${platform}: ${most.account} of ${ofAccount?.most}`],
        ...renewal !== "none" && renewals === 0 ? [`${platform}: nothing was renewed`] : [],
      ];
    }),
    ...(["youtube"] as const).flatMap((platform) => {
      const { terms: { ofApp }, most } = books[platform];
      return ofApp && most.app < 0.9 * ofApp.most ? [`${platform}: ${most.app} of the app`] : [];
    }),
  ];
}
