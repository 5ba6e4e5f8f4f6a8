/** Scopes that an operator adds to those that publishing needs, such as `business_management` for a business's pages. */
import { z } from "zod";
import { misconfigured } from "../kit/misconfigured.ts";
import type { PlatformApp } from "../platform.ts";

const scopes = z.array(z.string().regex(/^[a-z_]{1,60}$/)).max(20);

/** `asked`, and those in `settings.more_scopes`. Throws PlatformError `misconfigured` where these are no scopes. */
export function withMoreScopes(
  { platform, settings }: PlatformApp,
  asked: readonly string[],
): readonly string[] {
  const { data } = scopes.safeParse(settings.more_scopes ?? []);
  if (!data) throw misconfigured(`The more_scopes of platform ${platform} are no list of scopes`);
  return [...new Set([...asked, ...data])];
}
