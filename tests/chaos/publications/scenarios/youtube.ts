/** What goes wrong at YouTube. */
import { film, picture } from "../../../world/media_files.ts";
import { lostCommits, oneFilm, refusedCommits } from "./common.ts";
import {
  type Asked,
  type FaultOf,
  type PlatformScenarios,
  type Scenario,
  scenario,
  type Shown,
  strikesOf,
} from "./scenario.ts";

const { byText } = strikesOf<FaultOf<"youtube">>();

/** Of more than one piece. */
const longFilm = () => [film(5_000_000)];
const withCover = () => [film(), picture()];

const SCENARIOS: readonly Scenario[] = [
  scenario("plain", "youtube_video", [], { files: oneFilm }),
  scenario("plain", "youtube_short", [], { files: oneFilm }),
  scenario("with_thumbnail", "youtube_video", [], { files: withCover }),
  scenario("with_thumbnail", "youtube_short", [], { files: withCover }),
  ...lostCommits("youtube_video", { files: oneFilm }),
  ...refusedCommits("youtube_video", { files: oneFilm }),
  scenario("refused_and_there", "youtube_video", [
    byText({
      kind: "refuse",
      path: "commit",
      times: 1,
      status: 503,
      reason: "backendError",
      accepted: true,
    }),
  ], { files: oneFilm, isLost: true, isRefused: true }),
  scenario("refused", "youtube_video", [
    byText({ kind: "refuse", path: "insert", times: 4, status: 400, reason: "invalidCategoryId" }, 4),
  ], { files: oneFilm, ends: "failed" }),
  scenario("already_exists", "youtube_video", [byText({ kind: "already_exists", times: 2 }, 2)], {
    files: oneFilm,
  }),
  scenario("keeps_less", "youtube_video", [byText({ kind: "keeps_less", share: 0.5, times: 1 })], {
    files: oneFilm,
    isRefused: true,
  }),
  scenario("keeps_less_of_a_piece", "youtube_video", [byText({ kind: "keeps_less", share: 0.3, times: 1 })], {
    files: longFilm,
  }),
  scenario(
    "breaks_mid_chunk",
    "youtube_video",
    [byText({ kind: "breaks_mid_chunk", status: 503, times: 1 })],
    {
      files: longFilm,
    },
  ),
  scenario("breaks_mid_commit", "youtube_video", [
    byText({ kind: "breaks_mid_chunk", status: 503, times: 1 }),
  ], {
    files: oneFilm,
    isLost: true,
    isRefused: true,
    isSlow: true,
  }),
  scenario("session_expires", "youtube_video", [
    byText({ kind: "session_expires", path: "commit", times: 1 }),
  ], { files: oneFilm, isRefused: true }),
  scenario("session_expires_in_doubt", "youtube_video", [
    byText({ kind: "http_error", path: "commit", status: 503, times: 1, accepted: true }),
    byText({ kind: "session_expires", path: "probe", times: 1 }),
    // Where the piece never came either, the channel may be asked in vain until the deadline.
  ], { files: oneFilm, isLost: true, isSlow: true }),
  scenario("slow_processing", "youtube_video", [byText({ kind: "slow_processing", ms: 3_000 })], {
    files: oneFilm,
  }),
  scenario("processing_fails", "youtube_short", [byText({ kind: "processing_fails" }, 9)], {
    files: oneFilm,
    ends: "failed",
  }),
  scenario("processing_fails_after_success", "youtube_video", [
    byText({ kind: "processing_fails", as: "rejected", said: "processed" }),
  ], { files: oneFilm, ends: "either" }),
  scenario("unknown_status", "youtube_video", [
    byText({ kind: "unknown_status", word: "pondering", times: 1 }),
  ], { files: oneFilm }),
  scenario("thumbnail_refused", "youtube_video", [
    byText({ kind: "thumbnail_refused", status: 403, reason: "forbidden", times: 1 }),
  ], { files: withCover }),
  scenario("thumbnail_lost", "youtube_short", [
    byText({ kind: "http_error", path: "thumbnail", status: 502, times: 1, accepted: true }),
  ], { files: withCover }),
];

/** The picture beside the video is none of the video's. */
function videoAlone({ caption, files }: Asked): Shown {
  const videos = files.filter(({ type }) => type.startsWith("video/"));
  return { text: caption, media: videos.map(({ sha256 }) => sha256) };
}

export const YOUTUBE: PlatformScenarios<"youtube"> = {
  platform: "youtube",
  // A day of California is longer than any run: what our own rows let pass is enough.
  start: () => ({
    processMs: 200,
    insertLimit: 1_000_000,
    unitLimit: 100_000_000,
    channelLimit: { limit: 1_000_000, windowMs: 86_400_000 },
  }),
  scenarios: SCENARIOS,
  noise: [
    { kind: "http_error", path: "token", status: 503, times: 1, accepted: true },
    { kind: "cut_answer", path: "token", times: 1 },
    { kind: "http_error", path: "insert", status: 503, times: 2 },
    { kind: "cut_answer", path: "insert", times: 1 },
    { kind: "http_error", path: "chunk", status: 500, times: 2, accepted: true },
    { kind: "http_error", path: "probe", status: 502, times: 1 },
    { kind: "http_error", path: "videos", status: 503, times: 1 },
    { kind: "unauthorized", path: "insert", times: 1 },
    { kind: "access_ends", path: "insert", times: 2 },
  ],
  isRenewed: true,
  shows: { youtube_video: videoAlone, youtube_short: videoAlone },
};
