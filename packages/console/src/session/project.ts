/** Which project the page belongs to. */

export interface Project {
  /** Its address: `https://<ref>.supabase.co`. */
  readonly url: string;
  /** Its publishable key. The console takes no other: a secret key does not belong in a browser. */
  readonly publishableKey: string;
  /** Who is signed in without being asked: only ever said by a stack on this machine. */
  readonly demoUser?: { readonly email: string; readonly password: string } | null;
}

/** What the page was told: a project, or at most its address. */
export interface FoundProject {
  readonly project: Project | null;
  /** What the address `?project=` says, where its key is not known. */
  readonly url: string;
}

export type ProjectFault = "no_address" | "not_https" | "no_key" | "secret_key";

/** What is wrong with an address and a key that somebody has typed; null: nothing. */
export function faultOf(url: string, key: string): ProjectFault | null {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (!address || !/^https?:$/.test(address.protocol)) return "no_address";
  if (address.protocol === "http:" && !isLoopback(address.hostname)) return "not_https";
  if (key.trim() === "") return "no_key";
  return isSecret(key.trim()) ? "secret_key" : null;
}

/** An address as it is compared: `https://x/` and `https://x` are one. */
export function withoutSlash(url: string): string {
  return url.endsWith("/") ? url.slice(0, -1) : url;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A secret key, of the new kind or of the old one, which is a token for the role that may do everything. */
function isSecret(key: string): boolean {
  if (key.startsWith("sb_secret_")) return true;
  const claims = key.split(".")[1];
  if (!claims) return false;
  try {
    const { role } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))) as { role?: unknown };
    return role === "service_role";
  } catch {
    return false;
  }
}
