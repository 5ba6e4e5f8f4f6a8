/** The version of LinkedIn's API that is called: the app's row has it. */
import { misconfigured } from "../kit/misconfigured.ts";
import type { PlatformApp } from "../platform.ts";

/** A month, at times with a revision. Each ends after about a year, so none is ours to choose. Throws `misconfigured`. */
export function linkedInVersionOf({ platform, apiVersion }: PlatformApp): string {
  if (apiVersion === null || !/^20\d{2}(?:0[1-9]|1[0-2])(?:\.\d{2})?$/.test(apiVersion)) {
    throw misconfigured(`Platform ${platform} has no version of LinkedIn's API, such as 202608`);
  }
  return apiVersion;
}
