/** What goes wrong at X. */
import { largeFilm, lostCommits, onePicture, refusedCommits } from "./common.ts";
import {
  type FaultOf,
  type PlatformScenarios,
  type Scenario,
  scenario,
  strikesOf,
  within,
} from "./scenario.ts";

const { byText, byFile } = strikesOf<FaultOf<"x">>();

const SCENARIOS: readonly Scenario[] = [
  scenario("plain", "x_post"),
  scenario("with_picture", "x_post", [], { files: onePicture }),
  scenario("with_film", "x_post", [], { files: largeFilm }),
  ...lostCommits("x_post"),
  ...refusedCommits("x_post"),
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
  scenario("no_credits", "x_post", [byText({ kind: "no_credits", path: "commit", times: 1 })], {
    isRefused: true,
  }),
  scenario("usage_capped", "x_post", [byText({ kind: "usage_capped", path: "commit", times: 1 })], {
    isRefused: true,
  }),
  scenario("version_sunset", "x_post", [byText({ kind: "version_sunset", path: "commit", times: 1 })], {
    isRefused: true,
  }),
  scenario("suspended", "x_post", [byText({ kind: "suspended", path: "commit", times: 4 }, 4)], {
    ends: "failed",
    isRefused: true,
  }),
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
  scenario("slow_processing", "x_post", [byFile({ kind: "slow_processing", ms: 3_000 })], {
    files: largeFilm,
  }),
  scenario("processing_fails", "x_post", [byFile({ kind: "processing_fails" }, 9)], {
    files: largeFilm,
    ends: "failed",
  }),
  scenario("processing_fails_after_success", "x_post", [
    byFile({ kind: "processing_fails", said: "succeeded" }, 9),
  ], { files: largeFilm, ends: "failed", isRefused: true }),
  scenario("unknown_state", "x_post", [byFile({ kind: "unknown_state", word: "pondering", times: 1 })], {
    files: largeFilm,
  }),
  scenario("media_expires", "x_post", [byFile({ kind: "media_expires" })], {
    files: largeFilm,
    ends: "either",
    isRefused: true,
  }),
];

export const X: PlatformScenarios<"x"> = {
  platform: "x",
  start: (limits) => ({
    processMs: 200,
    accountLimit: within(limits.account, limits),
    appLimit: within(limits.app, limits),
  }),
  scenarios: SCENARIOS,
  noise: [
    // The refresh token is another one since, and nobody has it: its owner connects anew.
    { kind: "http_error", path: "token", status: 503, times: 1, accepted: true },
    { kind: "cut_answer", path: "token", times: 1 },
    { kind: "http_error", path: "initialize", status: 503, times: 2 },
    { kind: "http_error", path: "append", status: 500, times: 2, accepted: true },
    { kind: "cut_answer", path: "append", times: 1 },
    { kind: "http_error", path: "finalize", status: 502, times: 1, accepted: true },
    { kind: "http_error", path: "timeline", status: 503, times: 1 },
    { kind: "unauthorized", path: "append", times: 1 },
    { kind: "access_ends", path: "finalize", times: 2 },
  ],
  isRenewed: true,
};
