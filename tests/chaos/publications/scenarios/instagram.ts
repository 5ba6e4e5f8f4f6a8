/** What goes wrong at Instagram. */
import { lostCommits, oneFilm, onePicture, refusedCommits, twoPictures } from "./common.ts";
import {
  type FaultOf,
  type PlatformScenarios,
  type Scenario,
  scenario,
  strikesOf,
  within,
  withoutText,
} from "./scenario.ts";

const { byText } = strikesOf<FaultOf<"instagram">>();

const SCENARIOS: readonly Scenario[] = [
  scenario("plain", "instagram_feed", [], { files: onePicture }),
  scenario("plain", "instagram_reel", [], { files: oneFilm }),
  scenario("plain", "instagram_story", [], { files: onePicture }),
  scenario("plain", "instagram_carousel", [], { files: twoPictures }),
  ...lostCommits("instagram_feed", { files: onePicture }),
  ...refusedCommits("instagram_feed", { files: onePicture }),
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
  ], { files: onePicture, isLost: true, isRefused: true }),
  scenario("password_changed", "instagram_feed", [byText({ kind: "password_changed", path: "commit" })], {
    files: onePicture,
    isRefused: true,
  }),
  scenario("slow_processing", "instagram_reel", [byText({ kind: "slow_processing", ms: 3_000 })], {
    files: oneFilm,
  }),
  scenario("processing_fails", "instagram_reel", [byText({ kind: "processing_fails" }, 99)], {
    files: oneFilm,
    ends: "failed",
  }),
  scenario("processing_fails_once", "instagram_reel", [byText({ kind: "processing_fails" })], {
    files: oneFilm,
    ends: "either",
  }),
  scenario("processing_fails_after_success", "instagram_reel", [
    byText({ kind: "processing_fails", said: "FINISHED" }),
  ], { files: oneFilm, ends: "either", isLost: true, isRefused: true }),
  scenario("container_expires", "instagram_feed", [byText({ kind: "container_expires" })], {
    files: onePicture,
    ends: "either",
    isRefused: true,
  }),
  scenario("carousel_fails", "instagram_carousel", [byText({ kind: "carousel_fails" })], {
    files: twoPictures,
    ends: "either",
  }),
  scenario("unknown_status", "instagram_feed", [
    byText({ kind: "unknown_status", word: "PONDERING", times: 1 }),
  ], { files: onePicture }),
  scenario("permalink_fails", "instagram_feed", [byText({ kind: "permalink_fails", times: 2 }, 2)], {
    files: onePicture,
  }),
];

export const INSTAGRAM: PlatformScenarios<"instagram"> = {
  platform: "instagram",
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
  shows: { instagram_story: withoutText },
};
