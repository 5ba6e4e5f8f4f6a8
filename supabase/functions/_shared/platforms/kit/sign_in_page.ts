/** The page that browsers are sent to, where people sign in and agree. */

/** The page at `address`, asked for a code with this. What is undefined is left out. */
export function signInPage(address: string, query: Readonly<Record<string, string | undefined>>): URL {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

/** What PKCE adds: the S256 of a verifier that is shown when the code is traded. */
export function pkceOf(challenge: string | undefined): Record<string, string> {
  return challenge === undefined ? {} : { code_challenge: challenge, code_challenge_method: "S256" };
}
