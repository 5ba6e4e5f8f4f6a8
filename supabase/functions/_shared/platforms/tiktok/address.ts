/** Where TikTok is, and how a call says whose it is. */
import { addressOf } from "../kit/app_address.ts";
import { callPlatform, type PlatformAnswer, type PlatformCall } from "../kit/platform_call.ts";
import type { PlatformApp } from "../platform.ts";

const API = "https://open.tiktokapis.com";
const SITE = "https://www.tiktok.com";
const VERSION = "v2";

/** A call of TikTok's API: all of it but the address. `path` begins with a slash and comes after the version. */
export interface TikTokCall extends Omit<PlatformCall, "url"> {
  path: string;
}

/** The call that a request to the API is, with somebody's access. Throws PlatformError `misconfigured`. */
export function tiktokCall(app: PlatformApp, accessToken: string, call: TikTokCall): PlatformCall {
  const { path, ...rest } = call;
  return {
    ...rest,
    url: apiOf(app) + path,
    headers: {
      authorization: `Bearer ${accessToken}`,
      // As TikTok's documentation has it, to the letter.
      ...rest.json === undefined ? {} : { "content-type": "application/json; charset=UTF-8" },
      ...rest.headers,
    },
    secrets: [accessToken, ...rest.secrets ?? []],
  };
}

/** Asks TikTok, with somebody's access. Throws PlatformError as callPlatform. */
export async function askTikTok(
  app: PlatformApp,
  accessToken: string,
  call: TikTokCall,
  signal?: AbortSignal,
): Promise<PlatformAnswer> {
  return await callPlatform(app, tiktokCall(app, accessToken, call), signal);
}

/** Where TikTok's API is, with its version. Throws PlatformError `misconfigured`. */
export function apiOf(app: PlatformApp): string {
  return `${addressOf(app, "base_url", API)}/${app.apiVersion ?? VERSION}`;
}

/** Where people sign in: the app's `oauth_url`; else beside its API where that is set, such as a simulator's. */
export function siteOf(app: PlatformApp): string {
  return addressOf(app, "oauth_url", addressOf(app, "base_url", SITE));
}

/** Where a post is shown; null where the creator's name is not known. */
export function permalinkOf(
  username: string | null,
  kind: "video" | "photo",
  postId: string,
): string | null {
  const isName = username !== null && /^[\w.]{1,50}$/.test(username);
  return isName ? `${SITE}/@${username}/${kind}/${postId}` : null;
}
