/** What goes wrong with publications: one fault each, and how it has to end all the same. */
import type { Fault as InstagramFault } from "@esteira/simulators/instagram/faults";
import type { Fault as XFault } from "@esteira/simulators/x/faults";
import type { Option } from "../../../shared/words/platforms.ts";
import { type File, film, picture } from "../../world/media_files.ts";

export type Fault = XFault | InstagramFault;

/** A fault and what it is compared with: the post's text, or the hash of its first file. */
export interface Strike {
  readonly by: "text" | "file";
  readonly times?: number;
  readonly fault: Fault;
}

export interface Scenario {
  readonly name: string;
  readonly option: Option;
  /** published: whatever happens · failed: it says why · either: as the moment has it. */
  readonly ends: "published" | "failed" | "either";
  readonly files: () => File[];
  readonly strikes: readonly Strike[];
  /** An answer to its commit is lost: whether it is there may stay unknown, if the platform is asked in vain. */
  readonly isLost: boolean;
  /** The fault waits for minutes. */
  readonly isSlow: boolean;
  /** Its refusals of the commit are the fault's. */
  readonly isRefused: boolean;
}

const NONE = () => [];
const byText = (fault: Fault, times = 1): Strike => ({ by: "text", times, fault });
const byFile = (fault: Fault, times = 1): Strike => ({ by: "file", times, fault });

function scenario(
  name: string,
  option: Option,
  strikes: readonly Strike[],
  { files = NONE, ends = "published", isLost = false, isSlow = false, isRefused = false }: {
    files?: () => File[];
    ends?: Scenario["ends"];
    isLost?: boolean;
    isSlow?: boolean;
    isRefused?: boolean;
  } = {},
): Scenario {
  return { name, option, strikes, files, ends, isLost, isSlow, isRefused };
}

/** Whatever takes the answer of a commit away, before or after it has taken effect; the same at both platforms. */
function lostCommits(option: Option, files: () => File[]): Scenario[] {
  const path = "commit" as const;
  const lost = { files, isLost: true };
  return [
    scenario("commit_answer_lost", option, [
      byText({ kind: "http_error", path, status: 503, times: 1, accepted: true }),
    ], lost),
    scenario("commit_lost", option, [byText({ kind: "http_error", path, status: 502, times: 1 })], lost),
    scenario("commit_hangs_done", option, [byText({ kind: "hang", path, times: 1, accepted: true })], lost),
    scenario("commit_hangs", option, [byText({ kind: "hang", path, times: 1 })], lost),
    scenario("commit_answer_cut", option, [byText({ kind: "cut_answer", path, times: 1 })], lost),
    scenario("commit_late", option, [
      byText({ kind: "late_answer", path, ms: 6_000, times: 1, taken: "late" }),
    ], lost),
    scenario("commit_answer_late", option, [
      byText({ kind: "late_answer", path, ms: 6_000, times: 1, taken: "at_once" }),
    ], lost),
    scenario("commit_lost_twice", option, [byText({ kind: "http_error", path, status: 500, times: 2 }, 2)], {
      ...lost,
      isSlow: true,
    }),
    scenario("commit_answer_lost_and_lag", option, [
      byText({ kind: "http_error", path, status: 504, times: 1, accepted: true }),
      byText({ kind: "read_lag", ms: 3_000 }),
    ], lost),
  ];
}

/** Whatever a commit is refused for, for now. */
function refusedCommits(option: Option, files: () => File[]): Scenario[] {
  const path = "commit" as const;
  const refused = { files, isRefused: true };
  return [
    scenario("rate_limited", option, [
      byText({ kind: "rate_limited", path, times: 1, headers: true, seconds: 2 }),
    ], refused),
    scenario("rate_limited_silently", option, [
      byText({ kind: "rate_limited", path, times: 1, headers: false, seconds: 2 }),
    ], refused),
  ];
}

const one = () => [picture()];
const two = () => [picture(), picture()];
const reel = () => [film()];
const large = () => [film(2_500_000)];

const X: readonly Scenario[] = [
  scenario("plain", "x_post", []),
  scenario("with_picture", "x_post", [], { files: one }),
  scenario("with_film", "x_post", [], { files: large }),
  ...lostCommits("x_post", NONE),
  ...refusedCommits("x_post", NONE),
  scenario("token_refused", "x_post", [byText({ kind: "unauthorized", path: "commit", times: 1 })], {
    isRefused: true,
  }),
  scenario("called_duplicate", "x_post", [byText({ kind: "calls_duplicate", times: 1 })], {
    isLost: true,
    isRefused: true,
    ends: "either",
  }),
  scenario("refused", "x_post", [
    byText({
      kind: "refuse",
      path: "commit",
      times: 4,
      status: 403,
      title: "Forbidden",
      detail: "You are not permitted to perform this action.",
    }, 4),
  ], { ends: "failed", isRefused: true }),
  scenario("refused_and_there", "x_post", [
    byText({
      kind: "refuse",
      path: "commit",
      times: 1,
      status: 503,
      title: "Service Unavailable",
      detail: "Service Unavailable",
      accepted: true,
    }),
  ], { isLost: true, isRefused: true }),
  scenario("slow_processing", "x_post", [byFile({ kind: "slow_processing", ms: 3_000 })], { files: large }),
  scenario("processing_fails", "x_post", [byFile({ kind: "processing_fails" }, 9)], {
    files: large,
    ends: "failed",
  }),
  scenario("processing_fails_after_success", "x_post", [
    byFile({ kind: "processing_fails", said: "succeeded" }, 9),
  ], { files: large, ends: "failed", isRefused: true }),
  scenario("unknown_state", "x_post", [byFile({ kind: "unknown_state", word: "pondering", times: 1 })], {
    files: large,
  }),
  scenario("media_expires", "x_post", [byFile({ kind: "media_expires" })], {
    files: large,
    ends: "either",
    isRefused: true,
  }),
];

const INSTAGRAM: readonly Scenario[] = [
  scenario("plain", "instagram_feed", [], { files: one }),
  scenario("plain", "instagram_reel", [], { files: reel }),
  scenario("plain", "instagram_story", [], { files: one }),
  scenario("plain", "instagram_carousel", [], { files: two }),
  ...lostCommits("instagram_feed", one),
  ...refusedCommits("instagram_feed", one),
  scenario("published_with_an_error", "instagram_feed", [
    byText({
      kind: "refuse",
      path: "commit",
      times: 1,
      status: 403,
      code: 4,
      subcode: 2207051,
      message: "Application request limit reached",
      accepted: true,
    }),
  ], { files: one, isLost: true, isRefused: true }),
  scenario("slow_processing", "instagram_reel", [byText({ kind: "slow_processing", ms: 3_000 })], {
    files: reel,
  }),
  scenario("processing_fails", "instagram_reel", [byText({ kind: "processing_fails" }, 99)], {
    files: reel,
    ends: "failed",
  }),
  scenario("processing_fails_once", "instagram_reel", [byText({ kind: "processing_fails" })], {
    files: reel,
    ends: "either",
  }),
  scenario("processing_fails_after_success", "instagram_reel", [
    byText({ kind: "processing_fails", said: "FINISHED" }),
  ], { files: reel, ends: "either", isLost: true, isRefused: true }),
  scenario("container_expires", "instagram_feed", [byText({ kind: "container_expires" })], {
    files: one,
    ends: "either",
    isRefused: true,
  }),
  scenario("carousel_fails", "instagram_carousel", [byText({ kind: "carousel_fails" })], {
    files: two,
    ends: "either",
  }),
  scenario("unknown_status", "instagram_feed", [
    byText({ kind: "unknown_status", word: "PONDERING", times: 1 }),
  ], { files: one }),
  scenario("permalink_fails", "instagram_feed", [byText({ kind: "permalink_fails", times: 2 }, 2)], {
    files: one,
  }),
];

/** All of them; without those that wait for minutes where it has to be short. */
export function scenariosFor({ isShort }: { isShort: boolean }): Scenario[] {
  return [...X, ...INSTAGRAM].filter(({ isSlow }) => !isShort || !isSlow);
}

/** What strikes whoever comes next, in the preparing of no publication in particular. */
export const NOISE: { readonly x: readonly XFault[]; readonly instagram: readonly InstagramFault[] } = {
  x: [
    { kind: "http_error", path: "initialize", status: 503, times: 2 },
    { kind: "http_error", path: "append", status: 500, times: 2, accepted: true },
    { kind: "cut_answer", path: "append", times: 1 },
    { kind: "http_error", path: "finalize", status: 502, times: 1, accepted: true },
    { kind: "http_error", path: "timeline", status: 503, times: 1 },
    { kind: "unauthorized", path: "append", times: 1 },
    { kind: "access_ends", path: "finalize", times: 2 },
  ],
  instagram: [
    { kind: "http_error", path: "container", status: 503, times: 2 },
    { kind: "http_error", path: "container", status: 500, times: 1, accepted: true },
    { kind: "cut_answer", path: "container", times: 1 },
    { kind: "http_error", path: "status", status: 502, times: 2 },
    { kind: "http_error", path: "media", status: 500, times: 1 },
  ],
};
