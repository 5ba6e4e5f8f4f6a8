/** What goes wrong at Threads. */
import { lostCommits, oneFilm, onePicture, refusedCommits, twoPictures } from "./common.ts";
import {
  type FaultOf,
  type PlatformScenarios,
  type Scenario,
  scenario,
  strikesOf,
  within,
} from "./scenario.ts";

const { byText } = strikesOf<FaultOf<"threads">>();

const SCENARIOS: readonly Scenario[] = [
  scenario("plain", "threads_post"),
  scenario("with_picture", "threads_post", [], { files: onePicture }),
  scenario("with_film", "threads_post", [], { files: oneFilm }),
  scenario("carousel", "threads_post", [], { files: twoPictures }),
  ...lostCommits("threads_post"),
  ...refusedCommits("threads_post"),
  // Finished, and not found: another container is made.
  scenario("container_not_found", "threads_post", [byText({ kind: "container_not_found" })], {
    files: onePicture,
    isRefused: true,
  }),
  scenario("carousel_not_found", "threads_post", [byText({ kind: "container_not_found" })], {
    files: twoPictures,
    isRefused: true,
  }),
  scenario("container_never_found", "threads_post", [byText({ kind: "container_not_found" }, 99)], {
    ends: "failed",
    isRefused: true,
  }),
  scenario("published_with_an_error", "threads_post", [
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
  ], { isLost: true, isRefused: true }),
  scenario("password_changed", "threads_post", [byText({ kind: "password_changed", path: "commit" })], {
    isRefused: true,
  }),
  scenario("slow_processing", "threads_post", [byText({ kind: "slow_processing", ms: 3_000 })], {
    files: oneFilm,
  }),
  scenario("processing_fails", "threads_post", [
    byText({ kind: "processing_fails", word: "INVALID_DURATION" }, 99),
  ], { files: oneFilm, ends: "failed" }),
  scenario("processing_fails_unknown", "threads_post", [byText({ kind: "processing_fails" })], {
    files: onePicture,
  }),
  scenario("processing_fails_after_success", "threads_post", [
    byText({ kind: "processing_fails", said: "FINISHED" }),
  ], { files: oneFilm, ends: "either", isLost: true, isRefused: true }),
  scenario("container_expires", "threads_post", [byText({ kind: "container_expires" })], {
    files: onePicture,
    isRefused: true,
  }),
  scenario("carousel_fails", "threads_post", [byText({ kind: "carousel_fails" })], { files: twoPictures }),
  scenario("unknown_status", "threads_post", [
    byText({ kind: "unknown_status", word: "PONDERING", times: 1 }),
  ]),
  scenario("permalink_fails", "threads_post", [byText({ kind: "permalink_fails", times: 2 }, 2)]),
];

export const THREADS: PlatformScenarios<"threads"> = {
  platform: "threads",
  start: (limits) => ({ processMs: 200, postLimit: within(limits.account, limits) }),
  scenarios: SCENARIOS,
  noise: [
    { kind: "http_error", path: "container", status: 503, times: 2 },
    { kind: "http_error", path: "container", status: 500, times: 1, accepted: true },
    { kind: "cut_answer", path: "container", times: 1 },
    { kind: "http_error", path: "status", status: 502, times: 2 },
    { kind: "http_error", path: "media", status: 500, times: 1 },
  ],
  isRenewed: false,
};
