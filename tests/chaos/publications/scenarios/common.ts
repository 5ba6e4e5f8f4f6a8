/** What goes wrong at every platform alike. Each is given an option, and what its publications are made of. */
import type { CommonFault } from "@esteira/simulators/social/faults";
import type { Option } from "../../../../shared/words/platforms.ts";
import { film, picture } from "../../../world/media_files.ts";
import { type Details, type Scenario, scenario, strikesOf } from "./scenario.ts";

const { byText } = strikesOf<CommonFault>();
const path = "commit" as const;

export const onePicture = () => [picture()];
export const twoPictures = () => [picture(), picture()];
export const oneFilm = () => [film()];
/** More than one part of it is uploaded. */
export const largeFilm = () => [film(2_500_000)];

/** Whatever takes the answer of a commit away, before or after it has taken effect. */
export function lostCommits(option: Option, details: Details = {}): Scenario[] {
  const lost = { ...details, isLost: true };
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
export function refusedCommits(option: Option, details: Details = {}): Scenario[] {
  const refused = { ...details, isRefused: true };
  return [
    scenario("rate_limited", option, [
      byText({ kind: "rate_limited", path, times: 1, headers: true, seconds: 2 }),
    ], refused),
    scenario("rate_limited_silently", option, [
      byText({ kind: "rate_limited", path, times: 1, headers: false, seconds: 2 }),
    ], refused),
  ];
}
