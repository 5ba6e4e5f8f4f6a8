/** What people are asked to allow, as the operator has it (docs/platforms/linkedin.md#signing-in). */
import { z } from "zod";
import { misconfigured } from "../kit/misconfigured.ts";
import type { PlatformApp } from "../platform.ts";

/** Who somebody is: by OpenID Connect, or by the older way that apps have which may post for organizations. */
const PROFILES = { openid: ["openid", "profile"], basic: ["r_basicprofile"] } as const;
const MEMBER = "w_member_social";
export const ORGANIZATION_WRITE = "w_organization_social";
export const ORGANIZATION_READ = "r_organization_social";
/** A private permission of few apps. */
export const MEMBER_READ = "r_member_social";
/** Lets the organizations be seen that somebody has part in. */
export const ORGANIZATION_ROLES = "rw_organization_admin";
const ORGANIZATIONS = [ORGANIZATION_WRITE, ORGANIZATION_READ, ORGANIZATION_ROLES] as const;

/** What is asked for where the operator has set nothing. */
export const ASKED: readonly string[] = [...PROFILES.openid, MEMBER];

const settings = z.looseObject({
  sign_in: z.enum(["openid", "basic"]).default("openid"),
  organizations: z.boolean().default(false),
  more_scopes: z.array(z.string().regex(/^[a-z0-9_]{1,60}$/)).max(20).default([]),
});

/** The settings that say how people sign in. Throws PlatformError `misconfigured`. */
export function signInOf(app: PlatformApp): z.infer<typeof settings> {
  const read = settings.safeParse(app.settings);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw misconfigured(`The setting ${issue?.path.join(".") ?? ""} of platform ${app.platform} is not valid`);
}

/** The scopes that are asked for. LinkedIn lets nobody in where one of them is not the app's. Throws `misconfigured`. */
export function scopesOf(app: PlatformApp): readonly string[] {
  const { sign_in, organizations, more_scopes } = signInOf(app);
  const asked = [...PROFILES[sign_in], MEMBER, ...organizations ? ORGANIZATIONS : [], ...more_scopes];
  return [...new Set(asked)];
}
