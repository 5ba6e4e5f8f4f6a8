/** What publishing stands on outside of tests. */
import { EsteiraError } from "../../../../../shared/errors/errors.ts";
import { appAt } from "../../engine/sign_ins.ts";
import { misconfigured } from "../../platforms/kit/misconfigured.ts";
import type { PlatformApp } from "../../platforms/platform.ts";
import { platformNamed } from "../../platforms/registry.ts";
import { accessOf } from "../access.ts";
import type { Means } from "./turn.ts";

export const MEANS: Means = {
  platformNamed,
  accessOf: (connectionId, refused) => accessOf(connectionId, refused),
  appOf,
};

/** The operator's app. Throws PlatformError of class pause where there is none: nobody can publish there until it is mended. */
async function appOf(platform: string): Promise<PlatformApp> {
  try {
    return await appAt(platform);
  } catch (error) {
    if (!(error instanceof EsteiraError) || error.code !== "misconfigured") throw error;
    throw misconfigured(`The operator has no app at ${platform}`);
  }
}
