/** The version of the Graph API that is called: the app's row has it. */
import { misconfigured } from "../kit/misconfigured.ts";
import type { PlatformApp } from "../platform.ts";

/** A dead version is served by another without a word, so none is ours to choose. Throws PlatformError `misconfigured`. */
export function graphVersionOf({ platform, apiVersion }: PlatformApp): string {
  if (apiVersion === null || !/^v\d{1,3}\.\d{1,2}$/.test(apiVersion)) {
    throw misconfigured(`Platform ${platform} has no version of the Graph API, such as v27.0`);
  }
  return apiVersion;
}
