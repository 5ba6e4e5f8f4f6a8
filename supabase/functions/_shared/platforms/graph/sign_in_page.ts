/** The page of Meta's where people sign in, whichever of its platforms they sign in for. */
import { signInPage } from "../kit/sign_in_page.ts";
import type { PlatformApp } from "../platform.ts";

/** The page at `dialog`, asked for a code that opens `scopes`. */
export function graphSignInPage(
  dialog: string,
  { clientId }: PlatformApp,
  scopes: readonly string[],
  { state, redirectUri }: { state: string; redirectUri: string },
): URL {
  return signInPage(dialog, {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: scopes.join(","),
    state,
  });
}
