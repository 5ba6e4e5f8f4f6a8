/** What goes wrong at TikTok. */
import { film } from "../../../world/media_files.ts";
import { lostCommits, oneFilm, onePicture, refusedCommits, twoPictures } from "./common.ts";
import {
  type Details,
  type FaultOf,
  type PlatformScenarios,
  type Scenario,
  scenario,
  strikesOf,
  within,
} from "./scenario.ts";

const { byText } = strikesOf<FaultOf<"tiktok">>();

const settings = { privacy: "PUBLIC_TO_EVERYONE" };
const FILM: Details = { files: oneFilm, settings };
/** More than its last part is sent. */
const IN_PARTS: Details = { files: () => [film(11_000_000)], settings };
const PHOTOS: Details = { files: twoPictures, settings };

const refusedAtInit = (code: string) =>
  scenario(code, "tiktok_video", [
    byText({ kind: "refuse", path: "init", times: 9, status: 403, code }, 9),
  ], { ...FILM, ends: "failed" });

const SCENARIOS: readonly Scenario[] = [
  scenario("plain", "tiktok_video", [], FILM),
  scenario("in_parts", "tiktok_video", [], IN_PARTS),
  scenario("plain", "tiktok_photo", [], PHOTOS),
  scenario("draft", "tiktok_photo", [], { files: onePicture, settings: { mode: "draft" } }),
  ...lostCommits("tiktok_video", FILM),
  ...refusedCommits("tiktok_video", FILM),
  ...refusedCommits("tiktok_photo", PHOTOS),
  scenario("token_refused", "tiktok_video", [byText({ kind: "unauthorized", path: "init", times: 1 })], FILM),
  refusedAtInit("spam_risk_user_banned_from_posting"),
  refusedAtInit("privacy_level_option_mismatch"),
  refusedAtInit("unaudited_client_can_only_post_to_private_accounts"),
  scenario("too_many_posts", "tiktok_video", [
    byText({ kind: "refuse", path: "init", times: 1, status: 403, code: "spam_risk_too_many_posts" }),
  ], FILM),
  scenario("refused_and_there", "tiktok_video", [
    byText({ kind: "refuse", path: "commit", times: 1, status: 503, code: "internal_error", accepted: true }),
  ], { ...FILM, isLost: true, isRefused: true }),
  scenario("out_of_step", "tiktok_video", [byText({ kind: "out_of_step", path: "commit", times: 1 })], {
    ...FILM,
    ends: "either",
    isRefused: true,
  }),
  scenario("upload_expires", "tiktok_video", [byText({ kind: "upload_expires", status: 404 })], IN_PARTS),
  scenario("upload_expires_before_its_end", "tiktok_video", [byText({ kind: "upload_expires" })], {
    ...FILM,
    ends: "either",
    isRefused: true,
  }),
  scenario("slow_processing", "tiktok_video", [byText({ kind: "slow_processing", ms: 3_000 })], FILM),
  scenario("slow_moderation", "tiktok_video", [byText({ kind: "slow_moderation", ms: 3_000 })], FILM),
  scenario("processing_fails", "tiktok_video", [byText({ kind: "processing_fails" }, 9)], {
    ...FILM,
    ends: "failed",
    isRefused: true,
  }),
  scenario("processing_fails_once", "tiktok_video", [
    byText({ kind: "processing_fails", reason: "internal" }),
  ], {
    ...FILM,
    ends: "either",
    isRefused: true,
  }),
  scenario("photo_pull_fails_once", "tiktok_photo", [
    byText({ kind: "processing_fails", reason: "photo_pull_failed" }),
  ], { ...PHOTOS, ends: "either", isRefused: true }),
  scenario("unknown_status", "tiktok_video", [
    byText({ kind: "unknown_status", word: "PONDERING", times: 1 }),
  ], FILM),
];

export const TIKTOK: PlatformScenarios<"tiktok"> = {
  platform: "tiktok",
  start: (limits) => ({
    processMs: 200,
    moderateMs: 200,
    postLimit: within(limits.account, limits),
    draftLimit: within(limits.account, limits),
    // A minute would pass here for whoever asks too often.
    requestLimits: { init: 1_000, creator: 1_000, status: 1_000 },
  }),
  scenarios: SCENARIOS,
  noise: [
    { kind: "http_error", path: "token", status: 503, times: 1, accepted: true },
    { kind: "cut_answer", path: "token", times: 1 },
    { kind: "http_error", path: "creator", status: 503, times: 1 },
    { kind: "http_error", path: "init", status: 503, times: 1 },
    { kind: "http_error", path: "init", status: 500, times: 1, accepted: true },
    { kind: "cut_answer", path: "init", times: 1 },
    { kind: "http_error", path: "part", status: 502, times: 1, accepted: true },
    { kind: "http_error", path: "status", status: 502, times: 2 },
    { kind: "unauthorized", path: "creator", times: 1 },
    { kind: "access_ends", path: "init", times: 2 },
  ],
  isRenewed: true,
  untold: ["tiktok_photo"],
};
