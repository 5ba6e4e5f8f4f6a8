/**
 * Which well-known kind of trouble an error code of a job is. The codes are those of runninghub.md#codes,
 * kie.md#codes, fal.md#errors, replicate.md#errors, astria.md#errors, openai.md#errors, and those of platforms of
 * docs/platforms/instagram.md#codes, docs/platforms/threads.md#codes, docs/platforms/tiktok.md#errors and
 * docs/platforms/youtube.md#codes.
 */

/** Kinds that a user can be told something useful about. */
export const ERROR_KINDS = [
  "content_moderation",
  "real_people",
  "invalid_input",
  "invalid_file",
  "file_too_large",
  "file_too_small",
  "unsupported_format",
  "wrong_length",
  "wrong_shape",
  "text_refused",
  "no_face",
  "file_unreadable",
  "input_gone",
  "no_result",
  "task_failed",
  "stopped",
  "busy",
  "maintenance",
  "provider_error",
  "timeout",
  "out_of_funds",
  "misconfigured",
  "submit_unknown",
  "outcome_unknown",
  "connection_gone",
  "deadline_exceeded",
  "expired",
  "output_too_large",
  "output_unusable",
  "output_gone",
] as const;
export type ErrorKind = typeof ERROR_KINDS[number];

type Codes = Readonly<Partial<Record<ErrorKind, readonly string[]>>>;

/** Esteira's own codes: they mean the same wherever a job runs. */
const OWN: Codes = {
  content_moderation: ["content_moderation"],
  invalid_input: ["invalid_input"],
  input_gone: ["input_gone"],
  provider_error: ["unreachable", "malformed_answer"],
  misconfigured: ["misconfigured", "secret_missing", "tool_misconfigured", "node_errors"],
  submit_unknown: ["submit_unknown"],
  outcome_unknown: ["outcome_unknown"],
  connection_gone: ["connection_revoked", "reconnect_needed", "missing_scope"],
  deadline_exceeded: ["deadline_exceeded", "lease_expired", "training_overdue"],
  expired: ["expired"],
  output_too_large: ["output_too_large"],
  output_unusable: ["output_wrong_type", "refused_address"],
  output_gone: ["output_unavailable", "data_removed"],
};

const ofProviders = (): Readonly<Record<string, Codes>> => ({
  runninghub: {
    content_moderation: ["1501"],
    real_people: ["1505"],
    invalid_input: ["301", "1007"],
    file_too_large: ["809", "1008"],
    invalid_file: ["1013"],
    task_failed: ["805", "1015"],
    busy: ["415", "421", "814", "1003", "1011", "1520"],
    timeout: ["1006", "1504"],
    provider_error: ["500", "808", "1000", "1005", "1010", "1012"],
    out_of_funds: ["416", "812"],
    misconfigured: [
      ...["380", "412", "433", "435", "436", "801", "802", "803", "806", "810", "811", "901"],
      ...["1001", "1002", "1009", "1014", "1101", "1601"],
    ],
  },
  kie: {
    maintenance: ["455"],
    out_of_funds: ["433"],
    task_failed: ["501"],
    misconfigured: ["404", "505"],
  },
  fal: {
    content_moderation: ["content_policy_violation"],
    no_result: ["no_media_generated"],
    invalid_file: ["image_load_error"],
    file_too_small: ["image_too_small"],
    file_too_large: ["file_too_large", "image_too_large"],
    no_face: ["face_detection_error"],
    file_unreadable: ["file_download_error"],
    unsupported_format: [
      ...["unsupported_image_format", "unsupported_video_format"],
      ...["unsupported_audio_format", "unsupported_archive_format"],
    ],
    wrong_length: [
      ...["video_duration_too_long", "video_duration_too_short", "audio_duration_too_long"],
      ...["audio_duration_too_short", "sequence_too_long", "sequence_too_short"],
    ],
    invalid_input: [
      ...["missing", "value_error", "greater_than", "greater_than_equal", "less_than", "less_than_equal"],
      ...["multiple_of", "one_of", "feature_not_supported"],
    ],
    timeout: ["generation_timeout", "request_timeout", "startup_timeout"],
    provider_error: [
      ...["downstream_service_unavailable", "downstream_service_error", "internal_server_error"],
      ...["internal_error", "runner_scheduling_failure", "runner_connection_timeout", "runner_disconnected"],
      ...["runner_connection_refused"],
    ],
  },
  openai: {
    invalid_input: ["invalid_request_error", "invalid_value"],
    busy: ["rate_limit_exceeded", "slow_down", "server_is_overloaded", "service_unavailable_error"],
    provider_error: ["server_error"],
    out_of_funds: [
      ...["insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded"],
      ...["project_spend_limit_exceeded", "organization_usage_limit_exceeded"],
      ...["billing_hard_limit_reached", "billing_not_active"],
    ],
    misconfigured: [
      ...[
        "invalid_api_key",
        "account_deactivated",
        "model_not_found",
        "unsupported_country_region_territory",
      ],
    ],
  },
  publication: {
    file_too_large: ["2207004"],
    file_too_small: ["tooSmall", "emptyFile"],
    unsupported_format: [
      ...["2207005", "2207023", "2207026", "2207089", "codec"],
      ...["file_format_check_failed", "frame_rate_check_failed"],
      ...["INVALID_BIT_RATE", "INVALID_FRAME_RATE", "INVALID_AUDIO_CHANNELS", "INVALID_AUDIO_CHANNEL_LAYOUT"],
    ],
    wrong_shape: ["2207009", "picture_size_check_failed", "INVALID_ASPEC_RATIO", "INVALID_ASPECT_RATIO"],
    wrong_length: ["length", "duration_check_failed", "video_too_long", "INVALID_DURATION"],
    text_refused: [
      ...["2207010", "2207040", "invalidTitle", "invalidDescription", "invalidTags"],
      ...["THREADS_API__LINK_LIMIT_EXCEEDED"],
    ],
    content_moderation: [
      ...["inappropriate", "claim", "copyright", "legal", "termsOfUse", "trademark"],
      ...["spam_risk", "spam_risk_text"],
    ],
    file_unreadable: [
      ...["2207003", "2207052", "photo_pull_failed", "video_pull_failed", "FAILED_DOWNLOADING_VIDEO"],
    ],
    invalid_file: [
      ...["2207032", "2207053", "2207077", "2207082"],
      ...["invalidFile", "conversion", "transcodeFailed"],
      ...["FAILED_PROCESSING_AUDIO", "FAILED_PROCESSING_VIDEO"],
    ],
    invalid_input: [
      ...["2207028", "2207035", "2207036", "2207037", "2207057", "2207081", "settings_ignored"],
      ...["privacy_not_offered", "privacy_level_option_mismatch", "comments_disabled", "duets_disabled"],
      ...["stitches_disabled", "invalid_param", "invalid_params"],
    ],
    busy: [
      ...["quotaExceeded", "uploadLimitExceeded", "spam_risk_too_many_posts"],
      ...["spam_risk_too_many_pending_share", "reached_active_user_cap"],
    ],
    misconfigured: ["unaudited_client_can_only_post_to_private_accounts", "url_ownership_unverified"],
    provider_error: [
      "2207001",
      "4279009",
      "upload_stalled",
      "upload_session_lost",
      "internal",
      "upload_gone",
    ],
  },
  replicate: {
    content_moderation: ["E005"],
    busy: ["E003"],
    task_failed: ["failed"],
    stopped: ["canceled", "aborted"],
  },
});

/** HTTP's statuses, where a provider's code is one or says `http_<status>`; RunningHub's codes are numbers of its own. */
const OF_STATUS: Codes = {
  invalid_input: ["400", "422"],
  misconfigured: ["401", "403", "404", "405"],
  out_of_funds: ["402"],
  timeout: ["408", "504"],
  file_too_large: ["413"],
  unsupported_format: ["415"],
  busy: ["429"],
};
const SPEAKS_HTTP = ["kie", "fal", "replicate", "astria", "openai"];

const indexOf = (codes: Codes): ReadonlyMap<string, ErrorKind> =>
  new Map(
    ERROR_KINDS.flatMap((kind) => (codes[kind] ?? []).map((code): [string, ErrorKind] => [code, kind])),
  );
const indexOfProviders = () =>
  new Map(Object.entries(ofProviders()).map(([name, codes]) => [name, indexOf(codes)]));

// An app that shows no errors is not to carry them: bundlers cannot see by themselves that these do nothing else.
const own = /* @__PURE__ */ indexOf(OWN);
const ofStatus = /* @__PURE__ */ indexOf(OF_STATUS);
const ofProvider = /* @__PURE__ */ indexOfProviders();

/** The kind of a job's `error_code` in its lane or at its provider; undefined for a code that is not well known. */
export function errorKind(lane: string, code: string): ErrorKind | undefined {
  // A sub-code stands behind its code: `9004/2207052`.
  const codes = ofProvider.get(lane);
  const known = own.get(code) ?? codes?.get(code) ?? codes?.get(code.slice(code.indexOf("/") + 1));
  if (known) return known;
  const status = /^http_(\d{3})$/.exec(code)?.[1] ?? (SPEAKS_HTTP.includes(lane) ? code : "");
  return ofStatus.get(status) ?? (/^5\d\d$/.test(status) ? "provider_error" : undefined);
}
