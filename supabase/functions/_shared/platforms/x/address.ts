/** Where X is, and how a call says whose it is. */
import { addressOf } from "../kit/app_address.ts";
import { callPlatform, type PlatformAnswer, type PlatformCall } from "../kit/platform_call.ts";
import type { PlatformApp } from "../platform.ts";

const API = "https://api.x.com";
const SITE = "https://x.com";

/** A call of X's API: all of it but the address. `path` begins with a slash. */
export interface XCall extends Omit<PlatformCall, "url"> {
  path: string;
}

/** The call that a request to the API is, with somebody's access. Throws PlatformError `misconfigured`. */
export function xCall(app: PlatformApp, accessToken: string, { path, ...call }: XCall): PlatformCall {
  return {
    ...call,
    url: apiOf(app) + path,
    headers: { authorization: `Bearer ${accessToken}`, ...call.headers },
    secrets: [accessToken, ...call.secrets ?? []],
  };
}

/** Asks X, with somebody's access. Throws PlatformError as callPlatform. */
export async function askX(
  app: PlatformApp,
  accessToken: string,
  call: XCall,
  signal?: AbortSignal,
): Promise<PlatformAnswer> {
  return await callPlatform(app, xCall(app, accessToken, call), signal);
}

/** Where X's API is. Throws PlatformError `misconfigured`. */
export function apiOf(app: PlatformApp): string {
  return addressOf(app, "base_url", API);
}

/** Where people sign in: the app's `oauth_url`; else beside its API where that is set, such as a simulator's. */
export function siteOf(app: PlatformApp): string {
  return addressOf(app, "oauth_url", addressOf(app, "base_url", SITE));
}

/** Where a post is shown. Without the account's name X finds it all the same. */
export function permalinkOf(settings: Record<string, unknown>, postId: string): string {
  const { username } = settings;
  const isName = typeof username === "string" && /^\w{1,50}$/.test(username);
  return `${SITE}/${isName ? username : "i/web"}/status/${postId}`;
}
