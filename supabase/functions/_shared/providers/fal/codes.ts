/** The types of fal's errors, and what is to be done about each. */

// The types of fal.md#errors. Those not listed are judged by their HTTP status.
const RETRY_CLASSES: Readonly<Record<"never" | "backoff", readonly string[]>> = {
  never: [
    "content_policy_violation",
    "no_media_generated",
    "image_too_small",
    "image_too_large",
    "image_load_error",
    "file_too_large",
    "face_detection_error",
    "unsupported_image_format",
    "unsupported_video_format",
    "unsupported_audio_format",
    "unsupported_archive_format",
    "video_duration_too_long",
    "video_duration_too_short",
    "audio_duration_too_long",
    "audio_duration_too_short",
    "sequence_too_long",
    "sequence_too_short",
    "missing",
    "value_error",
    "value_error.missing",
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "multiple_of",
    "one_of",
    "feature_not_supported",
  ],
  backoff: [
    "generation_timeout",
    "downstream_service_unavailable",
    "downstream_service_error",
    "internal_server_error",
    "request_timeout",
    "startup_timeout",
    "runner_scheduling_failure",
    "runner_connection_timeout",
    "runner_disconnected",
    "runner_connection_refused",
    "internal_error",
  ],
};
// The file is ours, so once it may have been our fault.
const ONCE_MORE = "file_download_error";
// Request errors of kinds that are not listed by name.
const THE_RUNNERS_FAULT = /^runner_/;
const OUR_OWN_FAULT =
  /(^|_)(client|auth|authentication|authorization|unauthorized|bad_request|not_found)(_|$)/;

/** What becomes of a task that failed with this error type and HTTP status, at its `attempt`-th attempt. */
export function retryClassOf(type: string | null, status: number, attempt = 1): "never" | "backoff" {
  if (type === ONCE_MORE) return attempt === 1 ? "backoff" : "never";
  if (type !== null) {
    if (RETRY_CLASSES.never.includes(type) || OUR_OWN_FAULT.test(type)) return "never";
    if (RETRY_CLASSES.backoff.includes(type) || THE_RUNNERS_FAULT.test(type)) return "backoff";
  }
  return status >= 500 ? "backoff" : "never";
}
