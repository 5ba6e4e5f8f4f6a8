/** What a platform answers is stored, logged and shown, and may hold tokens: those that it was sent, and new ones. */
import { redact } from "../../text/redact.ts";
import { PlatformError, type PlatformFailure } from "../platform.ts";

const HIDDEN = "[redacted]";
/** Far more than an error needs. */
const KEPT_CHARACTERS = 8_000;
/** Of each text in it, so that what is too long for one of them is still read as what it is. */
const KEPT_TEXT = 2_000;
/** No secret is longer: what is cut off before they are looked for cuts none that is kept. */
const LONGEST_SECRET = 4_096;

// Fields that hold what opens an account, at whatever platform; and the same names before a value in an address.
const TOKEN_FIELD =
  /^(?:access_?token|refresh_?token|id_?token|client_?secret|app_?secret|code_?verifier|appsecret_?proof)$/i;
const TOKEN_IN_ADDRESS =
  /\b((?:access_?token|refresh_?token|id_?token|client_?secret|code_?verifier|appsecret_?proof)(?:=|%3D))[^&\s"']{1,4096}/gi;

/**
 * A copy of an answer that can be kept: without `secrets` (as they are, and as an address or a form writes them), without
 * anything in a field or parameter that is named as a token, and cut to a text where it is too long.
 */
export function keptAnswer(answer: unknown, secrets: readonly (string | null | undefined)[]): unknown {
  const cut = typeof answer === "string" ? answer.slice(0, KEPT_CHARACTERS + LONGEST_SECRET) : answer;
  const kept = withoutTokenFields(withoutTokens(cut, secrets));
  if (typeof kept === "string") return kept.slice(0, KEPT_TEXT).toWellFormed();
  const text = JSON.stringify(kept) ?? "null";
  return text.length <= KEPT_CHARACTERS ? kept : text.slice(0, KEPT_CHARACTERS).toWellFormed();
}

/** `value` without `secrets`, in its every string and key. */
export function withoutTokens<T>(value: T, secrets: readonly (string | null | undefined)[]): T {
  return redact(
    value,
    secrets.flatMap((secret) =>
      secret ? [...new Set([secret, encodeURIComponent(secret.toWellFormed())])] : []
    ),
  );
}

/** The same error, whose words and raw answer hold none of `secrets`. */
export function errorWithoutTokens(
  { failure, isAmbiguous, isUnreachable, facts, cause }: PlatformError,
  secrets: readonly (string | null | undefined)[],
): PlatformError {
  const clean: PlatformFailure = withoutTokens({ ...failure }, secrets);
  return new PlatformError(clean, {
    isAmbiguous,
    isUnreachable,
    facts: withoutTokens(facts, secrets),
    ...cause === undefined ? {} : { cause: withoutTokens(String(cause), secrets) },
  });
}

/** Without fields and parameters that are named as tokens, and with each text cut. */
function withoutTokenFields(part: unknown): unknown {
  if (typeof part === "string") {
    return part.replace(TOKEN_IN_ADDRESS, `$1${HIDDEN}`).slice(0, KEPT_TEXT).toWellFormed();
  }
  if (Array.isArray(part)) return part.map(withoutTokenFields);
  if (part === null || typeof part !== "object") return part;
  const entries = Object.entries(part);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, TOKEN_FIELD.test(key) ? HIDDEN : withoutTokenFields(inner)]),
  );
}
