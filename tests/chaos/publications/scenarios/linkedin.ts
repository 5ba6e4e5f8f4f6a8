/** What goes wrong at LinkedIn. */
import { document } from "../../../world/media_files.ts";
import { largeFilm, lostCommits, oneFilm, onePicture, refusedCommits, twoPictures } from "./common.ts";
import { type FaultOf, type PlatformScenarios, type Scenario, scenario, strikesOf } from "./scenario.ts";

const { byText, byFile } = strikesOf<FaultOf<"linkedin">>();
const oneDocument = () => [document()];

const SCENARIOS: readonly Scenario[] = [
  scenario("plain", "linkedin_post"),
  scenario("with_picture", "linkedin_post", [], { files: onePicture }),
  scenario("with_pictures", "linkedin_post", [], { files: twoPictures }),
  scenario("with_film", "linkedin_post", [], { files: largeFilm }),
  scenario("plain", "linkedin_document", [], { files: oneDocument }),
  ...lostCommits("linkedin_post"),
  ...lostCommits("linkedin_document", { files: oneDocument }),
  ...refusedCommits("linkedin_post"),
  scenario("token_refused", "linkedin_post", [byText({ kind: "unauthorized", path: "commit", times: 1 })], {
    isRefused: true,
  }),
  scenario("forbidden_for_once", "linkedin_post", [byText({ kind: "forbidden", path: "commit", times: 1 })], {
    isRefused: true,
  }),
  scenario("called_duplicate", "linkedin_post", [byText({ kind: "calls_duplicate", times: 1 })], {
    isLost: true,
    isRefused: true,
    ends: "either",
  }),
  scenario(
    "version_sunset",
    "linkedin_post",
    [byText({ kind: "version_sunset", path: "commit", times: 1 })],
    {
      isRefused: true,
    },
  ),
  scenario("refused", "linkedin_post", [
    byText({ kind: "refuse", path: "commit", times: 4, status: 422, message: "ERROR :: /commentary" }, 4),
  ], { ends: "failed", isRefused: true }),
  scenario("refused_and_there", "linkedin_post", [
    byText({ kind: "refuse", path: "commit", times: 1, status: 503, message: "No", accepted: true }),
  ], { isLost: true, isRefused: true }),
  scenario("not_ready", "linkedin_post", [byText({ kind: "media_not_ready", times: 1 })], {
    files: oneFilm,
    isRefused: true,
  }),
  scenario("slow_processing", "linkedin_post", [byFile({ kind: "slow_processing", ms: 3_000 })], {
    files: oneFilm,
  }),
  scenario("processing_fails", "linkedin_document", [byFile({ kind: "processing_fails" }, 9)], {
    files: oneDocument,
    ends: "failed",
  }),
  scenario("processing_fails_once", "linkedin_post", [byFile({ kind: "processing_fails" })], {
    files: oneFilm,
  }),
  scenario("processing_fails_after_success", "linkedin_post", [
    byFile({ kind: "processing_fails", said: "AVAILABLE" }),
  ], { files: oneFilm, ends: "either", isRefused: true }),
  scenario("unknown_status", "linkedin_post", [
    byFile({ kind: "unknown_status", word: "PONDERING", times: 1 }),
  ], {
    files: oneFilm,
  }),
];

export const LINKEDIN: PlatformScenarios<"linkedin"> = {
  platform: "linkedin",
  // It counts by days. Its app may read what people have posted, as few apps may: else a lost answer stays a doubt.
  start: () => ({
    processMs: 200,
    partBytes: 1_000_000,
    hasRefresh: true,
    memberLimit: 100_000,
    grantedScopes: ["openid", "profile", "w_member_social", "r_member_social"],
  }),
  scenarios: SCENARIOS,
  noise: [
    { kind: "http_error", path: "token", status: 503, times: 1, accepted: true },
    { kind: "http_error", path: "initialize", status: 503, times: 2 },
    { kind: "cut_answer", path: "initialize", times: 1 },
    { kind: "http_error", path: "upload", status: 500, times: 2, accepted: true },
    { kind: "http_error", path: "finalize", status: 502, times: 1, accepted: true },
    { kind: "http_error", path: "status", status: 502, times: 2 },
    { kind: "forbidden", path: "initialize", times: 1 },
    { kind: "http_error", path: "posts", status: 503, times: 1 },
    { kind: "access_ends", path: "finalize", times: 2 },
  ],
  isRenewed: true,
};
