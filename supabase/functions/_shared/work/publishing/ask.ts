/** Asking a platform something: with access, an eye on the weather, and nothing in what it says that opens an account. */
import { errorWithoutTokens, withoutTokens } from "../../platforms/kit/without_tokens.ts";
import { PlatformError, type PublicationWork } from "../../platforms/platform.ts";
import { type Turn, workOf } from "./turn.ts";
import { watching } from "./weather.ts";

/** What `call` comes to, done with a fresh token once more where the platform refuses the first. Throws what `call` throws. */
export async function ask<T>(turn: Turn, call: (work: PublicationWork) => Promise<T>): Promise<T> {
  try {
    return await watching(turn, () => turn.access.with((token) => call(workOf(turn, token))));
  } catch (error) {
    throw error instanceof PlatformError ? errorWithoutTokens(error, secretsOf(turn)) : error;
  }
}

/** What is kept or shown of an answer. */
export function kept<T>(turn: Turn, value: T): T {
  return withoutTokens(value, secretsOf(turn));
}

function secretsOf({ access, app, message }: Turn): string[] {
  return [...access.tokens, app.clientSecret, message.item.attempt.token];
}
