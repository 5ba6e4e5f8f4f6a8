/** Where a platform is: its own addresses, or those that the operator has set, such as a simulator's. */
import type { PlatformApp } from "../platform.ts";
import { misconfigured } from "./misconfigured.ts";

/**
 * The address under `setting` in the app's settings, without slashes at the end, or `own` where there is none. Throws
 * PlatformError `misconfigured` for one that is no http or https address to which paths can be added.
 */
export function addressOf({ platform, settings }: PlatformApp, setting: string, own: string): string {
  const given = settings[setting];
  if (given === undefined || given === null) return own;
  const isAddress = typeof given === "string" && /^https?:\/\/[^/]/i.test(given) && !/[?#@\s]/.test(given) &&
    URL.canParse(given);
  if (!isAddress) {
    throw misconfigured(`The ${setting} of platform ${platform} is no http or https address`);
  }
  let end = given.length;
  while (given[end - 1] === "/") end--;
  return given.slice(0, end);
}
