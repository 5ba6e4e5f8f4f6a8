/** Where YouTube is, and how a call says whose it is. */
import { addressOf } from "../kit/app_address.ts";
import { callPlatform, type PlatformAnswer, type PlatformCall } from "../kit/platform_call.ts";
import type { PlatformApp } from "../platform.ts";
import type { YouTubeOption } from "../../../../../shared/publishing/youtube_settings.ts";

const API = "https://www.googleapis.com";
const SITE = "https://accounts.google.com";
const TOKENS = "https://oauth2.googleapis.com";
const WATCH = "https://www.youtube.com";

/** A call of YouTube's API: all of it but the address. `path` begins with a slash. */
export interface YouTubeCall extends Omit<PlatformCall, "url"> {
  path: string;
}

/** The call that a request to the API is, with somebody's access. Throws PlatformError `misconfigured`. */
export function youtubeCall(
  app: PlatformApp,
  accessToken: string,
  { path, ...call }: YouTubeCall,
): PlatformCall {
  return withAccess(accessToken, { ...call, url: apiOf(app) + path });
}

/** A call with somebody's access. */
export function withAccess(accessToken: string, call: PlatformCall): PlatformCall {
  return {
    ...call,
    headers: { authorization: `Bearer ${accessToken}`, ...call.headers },
    secrets: [accessToken, ...call.secrets ?? []],
  };
}

/** Asks YouTube, with somebody's access. Throws PlatformError as callPlatform. */
export async function askYouTube(
  app: PlatformApp,
  accessToken: string,
  call: YouTubeCall,
  signal?: AbortSignal,
): Promise<PlatformAnswer> {
  return await callPlatform(app, youtubeCall(app, accessToken, call), signal);
}

/** Where the API is. Operators set `base_url`. Throws PlatformError `misconfigured`. */
export function apiOf(app: PlatformApp): string {
  return addressOf(app, "base_url", API);
}

/** Where people sign in: the app's `oauth_url`; else beside its API where that is set, such as a simulator's. */
export function siteOf(app: PlatformApp): string {
  return addressOf(app, "oauth_url", addressOf(app, "base_url", SITE));
}

/** Where tokens are given out and taken back: the app's `token_url`; else beside its API where that is set. */
export function tokensAt(app: PlatformApp): string {
  return addressOf(app, "token_url", addressOf(app, "base_url", TOKENS));
}

/** Where a video is shown. */
export function permalinkOf(option: YouTubeOption, videoId: string): string {
  const id = encodeURIComponent(videoId);
  return option === "youtube_short" ? `${WATCH}/shorts/${id}` : `${WATCH}/watch?v=${id}`;
}
