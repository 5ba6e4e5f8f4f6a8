/** Fetching a result from where the provider keeps it. */
import { OutputError } from "./output_error.ts";
import { checkResultUrl } from "./result_url.ts";

const FETCH_TIMEOUT_MS = 120_000;
const MAX_REDIRECTS = 3;

/**
 * Asks for a result. Follows redirects itself, so that each address on the way is checked.
 * @throws OutputError, RefusedAddress
 */
export async function fetchResult(address: string): Promise<Response> {
  let url = await checkResultUrl(address);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await fetch(url, {
      redirect: "manual",
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || !location) {
      return response;
    }
    await response.body?.cancel();
    url = await checkResultUrl(new URL(location, url).href);
  }
  throw new OutputError(
    "output_unavailable",
    `The result redirected more than ${MAX_REDIRECTS} times`,
  );
}
