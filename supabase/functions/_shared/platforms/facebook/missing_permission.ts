/** What is missing where Facebook says that something is not allowed (codes 10 and 200 to 299): which, and on which page. Pure. */
import { FACEBOOK_SCOPES, FACEBOOK_TASK } from "../../../../../shared/publishing/facebook_rules.ts";
import { PlatformError, type PublicationWork } from "../platform.ts";

/** As Facebook's words name permissions; of others than those it is told as it stands there. */
const NAMED = /\b(?:pages|publish|business|instagram)_[a-z_]{3,60}\b/;

/** The same error; one of a permission says which is missing on which page, as far as is known. */
export function namingPage<E>(error: E, connection: PublicationWork["connection"]): E | PlatformError {
  if (!(error instanceof PlatformError) || error.failure.code !== "missing_scope") return error;
  const { failure, isAmbiguous, isUnreachable, cause } = error;
  const page = connection.displayName ?? connection.externalId;
  const message = `On the page ${page} ${
    lackOf(failure.message, connection.scopes)
  }. Facebook says: ${failure.message}`;
  return new PlatformError({ ...failure, message: message.slice(0, 1000).toWellFormed() }, {
    isAmbiguous,
    isUnreachable,
    ...cause === undefined ? {} : { cause },
  });
}

function lackOf(words: string, scopes: readonly string[]): string {
  const named = NAMED.exec(words)?.[0];
  if (named !== undefined) return `the permission ${named} is missing`;
  const missing = scopes.length === 0 ? [] : FACEBOOK_SCOPES.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) return `the permission ${missing.join(", ")} is missing`;
  return `whoever connected it may not publish any more (${FACEBOOK_TASK})`;
}
