/** Fetching a result from where the provider keeps it. */
import { unavailable } from "./output_error.ts";
import { checkResultUrl, RefusedAddress } from "./result_url.ts";

/** How long a server may take until it answers, in milliseconds. What it answers with may take longer. */
const ANSWER_MS = 30_000;
const MAX_REDIRECTS = 3;

/** How a result is asked for. */
export interface Question {
  method?: "GET" | "HEAD";
  headers?: Record<string, string>;
  /** How long the answer may be waited for, in milliseconds. */
  answerMs?: number;
}

/** An answer, and how to give it up while its body comes. */
export interface Fetched {
  response: Response;
  abort(): void;
}

/**
 * Asks for a result. Follows redirects itself, so that each address on the way is checked.
 * @throws OutputError output_unavailable when nobody answers, or not in time; RefusedAddress
 */
export async function fetchResult(address: string, question: Question = {}): Promise<Fetched> {
  let url = await check(address);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const fetched = await ask(url, question);
    const { response } = fetched;
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || !location) return fetched;
    await response.body?.cancel();
    if (!URL.canParse(location, url)) throw unavailable("The result redirected to what is no address");
    url = await check(new URL(location, url).href);
  }
  throw unavailable(`The result redirected more than ${MAX_REDIRECTS} times`);
}

async function check(address: string): Promise<URL> {
  try {
    return await checkResultUrl(address);
  } catch (error) {
    throw error instanceof RefusedAddress ? error : unavailable((error as Error).message);
  }
}

async function ask(
  url: URL,
  { method = "GET", headers = {}, answerMs = ANSWER_MS }: Question,
): Promise<Fetched> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), answerMs);
  try {
    // What is compressed on the way cannot be gone on with in its middle.
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: { "accept-encoding": "identity", ...headers },
      signal: giveUp.signal,
    });
    return { response, abort: () => giveUp.abort() };
  } catch {
    const why = giveUp.signal.aborted ? `did not answer within ${answerMs / 1000} s` : "does not answer";
    throw unavailable(`The result's host ${why}`);
  } finally {
    clearTimeout(timer);
  }
}
