/** The platforms that can be published to. Adding one is a folder beside this and a line here. */
import { facebook } from "./facebook/facebook.ts";
import { instagram } from "./instagram/instagram.ts";
import { linkedin } from "./linkedin/linkedin.ts";
import type { Platform } from "./platform.ts";
import { threads } from "./threads/threads.ts";
import { tiktok } from "./tiktok/tiktok.ts";
import { x } from "./x/x.ts";
import { youtube } from "./youtube/youtube.ts";

const PLATFORMS: ReadonlyMap<string, Platform> = new Map(
  [facebook, instagram, linkedin, threads, tiktok, x, youtube].map((platform): [string, Platform] => [
    platform.name,
    platform,
  ]),
);

/** The names of the platforms that can be published to. */
export function platformNames(): string[] {
  return [...PLATFORMS.keys()];
}

/** The platform of this name; null for one that nobody has written. */
export function platformNamed(name: string): Platform | null {
  return PLATFORMS.get(name) ?? null;
}
