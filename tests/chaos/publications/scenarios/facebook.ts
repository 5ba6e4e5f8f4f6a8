/** What goes wrong on Facebook's pages. */
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

const { byText, byFile } = strikesOf<FaultOf<"facebook">>();
const lost = { isLost: true } as const;

const SCENARIOS: readonly Scenario[] = [
  scenario("plain", "facebook_post"),
  scenario("with_a_link", "facebook_post", [], { settings: { link: "https://esteira.example/news" } }),
  scenario("with_pictures", "facebook_post", [], { files: twoPictures }),
  scenario("plain", "facebook_video", [], { files: oneFilm }),
  scenario("plain", "facebook_reel", [], { files: oneFilm }),
  scenario("plain", "facebook_story", [], { files: onePicture }),
  scenario("film", "facebook_story", [], { files: oneFilm }),
  ...lostCommits("facebook_post"),
  ...refusedCommits("facebook_post"),
  ...lostCommits("facebook_reel", { files: oneFilm }),
  scenario("pictures_answer_lost", "facebook_post", [
    byText({ kind: "http_error", path: "commit", status: 502, times: 1, accepted: true }),
  ], { files: twoPictures, ...lost }),
  scenario("video_answer_lost", "facebook_video", [
    byText({ kind: "http_error", path: "commit", status: 502, times: 1, accepted: true }),
  ], { files: oneFilm, ...lost }),
  scenario("video_lost", "facebook_video", [
    byText({ kind: "http_error", path: "commit", status: 502, times: 1 }),
  ], {
    files: oneFilm,
    ...lost,
    isSlow: true,
  }),
  scenario("story_answer_lost", "facebook_story", [
    byFile({ kind: "http_error", path: "commit", status: 502, times: 1, accepted: true }),
  ], { files: onePicture, ...lost }),
  scenario("called_duplicate", "facebook_post", [byText({ kind: "calls_duplicate", times: 1 })], {
    ...lost,
    isRefused: true,
    ends: "either",
  }),
  scenario("posted_with_an_error", "facebook_post", [
    byText({
      kind: "refuse",
      path: "commit",
      times: 1,
      code: 2,
      message: "Service temporarily unavailable",
      accepted: true,
    }),
  ], { ...lost, isRefused: true }),
  scenario("refused", "facebook_post", [
    byText({
      kind: "refuse",
      path: "commit",
      times: 4,
      code: 1,
      subcode: 1404102,
      message: "Against the standards",
    }, 4),
  ], { ends: "failed", isRefused: true }),
  scenario("token_refused", "facebook_post", [byText({ kind: "unauthorized", path: "commit", times: 1 })], {
    isRefused: true,
  }),
  scenario("slow_processing", "facebook_reel", [byText({ kind: "slow_processing", ms: 3_000 })], {
    files: oneFilm,
  }),
  scenario("processing_fails", "facebook_reel", [byFile({ kind: "processing_fails" }, 99)], {
    files: oneFilm,
    ends: "failed",
  }),
  scenario("processing_fails_after_success", "facebook_reel", [byText({ kind: "processing_fails" }, 99)], {
    files: oneFilm,
    ends: "failed",
    isRefused: true,
  }),
  scenario("stays_draft", "facebook_video", [byText({ kind: "stays_draft" }, 99)], {
    files: oneFilm,
    ends: "failed",
    isRefused: true,
  }),
  scenario("unknown_status", "facebook_reel", [
    byFile({ kind: "unknown_status", word: "transferring", times: 1 }),
  ], { files: oneFilm }),
  scenario("permalink_fails", "facebook_post", [byText({ kind: "permalink_fails", times: 2 }, 2)]),
];

export const FACEBOOK: PlatformScenarios<"facebook"> = {
  platform: "facebook",
  start: (limits) => ({
    processMs: 200,
    postLimit: within(limits.account, limits),
    reelLimit: within(limits.account, limits),
  }),
  scenarios: SCENARIOS,
  noise: [
    { kind: "http_error", path: "photo", status: 503, times: 1 },
    { kind: "http_error", path: "photo", status: 500, times: 1, accepted: true },
    { kind: "http_error", path: "start", status: 503, times: 1, accepted: true },
    { kind: "cut_answer", path: "start", times: 1 },
    { kind: "http_error", path: "upload", status: 500, times: 1, accepted: true },
    { kind: "bytes_never_come", times: 1 },
    { kind: "upload_expires", times: 1 },
    { kind: "download_breaks", bytes: 1_000, times: 2 },
    { kind: "http_error", path: "status", status: 502, times: 2 },
    { kind: "http_error", path: "post", status: 500, times: 1 },
    { kind: "http_error", path: "feed", status: 503, times: 1 },
  ],
  isRenewed: false,
  shows: { facebook_story: withoutText },
};
