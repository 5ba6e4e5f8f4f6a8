/** Where LinkedIn is, and how a call says whose it is and which version it means. */
import { addressOf } from "../kit/app_address.ts";
import { callPlatform, type PlatformAnswer, type PlatformCall, prepareCall } from "../kit/platform_call.ts";
import type { PlatformApp, PublicationWork } from "../platform.ts";
import { FORBIDDEN } from "./codes.ts";
import { type Asked, failureOf, isSuccess } from "./failures.ts";
import { linkedInVersionOf } from "./version.ts";

const API = "https://api.linkedin.com";
const SITE = "https://www.linkedin.com";
/** Before a refusal that may be a passing mood is believed. */
const MOOD_MS = 250;

/** A call of LinkedIn's API: all of it but the address. `path` begins with a slash, and is encoded already. */
export interface LinkedInCall extends Omit<PlatformCall, "url"> {
  path: string;
}

/** Whose call it is. */
export type Caller = Pick<PublicationWork, "app" | "accessToken">;

/** The call that a request to the API is. Throws PlatformError `misconfigured`. */
export function linkedInCall({ app, accessToken }: Caller, { path, ...call }: LinkedInCall): PlatformCall {
  return {
    ...call,
    url: apiOf(app) + path,
    headers: {
      authorization: `Bearer ${accessToken}`,
      "linkedin-version": linkedInVersionOf(app),
      "x-restli-protocol-version": "2.0.0",
      ...call.headers,
    },
    secrets: [accessToken, ...call.secrets ?? []],
  };
}

/** Asks LinkedIn. Throws PlatformError for what is no success. */
export async function askLinkedIn(
  caller: Caller,
  call: LinkedInCall,
  asked: Asked,
  signal?: AbortSignal,
): Promise<PlatformAnswer> {
  const whole = linkedInCall(caller, call);
  return await believed(() => callPlatform(caller.app, whole, signal), asked, signal);
}

/** The commit, built whole: `send` sends it, once more where it was forbidden, for what was refused was not done. */
export function prepareLinkedIn(
  caller: Caller,
  call: LinkedInCall,
): { send(signal: AbortSignal): Promise<PlatformAnswer> } {
  const whole = linkedInCall(caller, { ...call, isCommit: true });
  const calls = [prepareCall(caller.app, whole), prepareCall(caller.app, whole)];
  return {
    send: async (signal) => {
      const ask = () => calls.shift()?.send(signal) ?? Promise.reject(new Error("It was sent already"));
      return await believed(ask, "commit", signal);
    },
  };
}

/** An answer that is a success. That something is forbidden is believed when it is said twice. Throws PlatformError. */
async function believed(
  ask: () => Promise<PlatformAnswer>,
  asked: Asked,
  signal?: AbortSignal,
): Promise<PlatformAnswer> {
  const first = await ask();
  if (isSuccess(first)) return first;
  const refusal = failureOf(first, asked);
  const mayPass = refusal.failure.code === FORBIDDEN && asked !== "read" && !signal?.aborted;
  if (!mayPass) throw refusal;
  await new Promise((resolve) => setTimeout(resolve, MOOD_MS));
  if (signal?.aborted) throw refusal;
  const second = await ask();
  if (isSuccess(second)) return second;
  throw failureOf(second, asked);
}

/** Where LinkedIn's API is. Throws PlatformError `misconfigured`. */
export function apiOf(app: PlatformApp): string {
  return addressOf(app, "base_url", API);
}

/** Where people sign in, and tokens are had: the app's `oauth_url`; else beside its API where that is set. */
export function siteOf(app: PlatformApp): string {
  return addressOf(app, "oauth_url", addressOf(app, "base_url", SITE));
}

/** Where a post is shown. */
export function permalinkOf(urn: string): string {
  return `${SITE}/feed/update/${urn}`;
}
