/** The apps that are registered at a platform. */
import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";

/** One registration. */
export interface App {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where sign-ins may lead back to, exactly; absent: anywhere. */
  readonly redirectUris?: readonly string[];
}

/** The app of these credentials, or of this id alone where `secret` is not asked for. */
export function appOf(
  apps: readonly App[],
  clientId: string | undefined,
  secret?: { is: string | undefined },
): App | undefined {
  const app = apps.find((app) => app.clientId === clientId);
  if (!app || !secret) return app;
  return secret.is !== undefined && isSame(app.clientSecret, secret.is) ? app : undefined;
}

/** Whether a sign-in of this app may lead back there. */
export function mayReturnTo({ redirectUris }: App, redirectUri: string): boolean {
  return URL.canParse(redirectUri) && (redirectUris === undefined || redirectUris.includes(redirectUri));
}

/** Id and secret of an `Authorization: Basic` header. */
export function basicCredentials(header: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [id, ...secret] = Buffer.from(encoded, "base64").toString().split(":");
  if (id === undefined || secret.length === 0) return undefined;
  try {
    return { id: decodeURIComponent(id), secret: decodeURIComponent(secret.join(":")) };
  } catch {
    return undefined;
  }
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
