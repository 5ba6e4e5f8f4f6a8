/** The environment of the functions. What is required and missing is an error that says so, never a guess. */
import { EsteiraError } from "../../../../shared/errors/errors.ts";

/** Base URL of the project's API, without a trailing slash. */
export function projectUrl(): string {
  return required("SUPABASE_URL").replace(/\/$/, "");
}

/** The project's default publishable key, for clients. */
export function publishableKey(): string {
  const keys: Record<string, string> = JSON.parse(
    required("SUPABASE_PUBLISHABLE_KEYS"),
  );
  if (!keys.default) {
    throw new EsteiraError(
      "misconfigured",
      "SUPABASE_PUBLISHABLE_KEYS has no key named default",
    );
  }
  return keys.default;
}

/** The project's secret key, for what must be kept from clients: the one named default, else the first. */
export function secretKey(): string {
  const keys: Record<string, string> = JSON.parse(required("SUPABASE_SECRET_KEYS"));
  const key = keys.default ?? Object.values(keys)[0];
  if (!key) throw new EsteiraError("misconfigured", "SUPABASE_SECRET_KEYS has no key");
  return key;
}

/**
 * Base URL by which the outside knows the project: providers call back there, clients read there. The project's own
 * URL, but on stacks whose functions know it by a name that means nothing outside: there ESTEIRA_PUBLIC_URL says it.
 */
export function publicUrl(): string {
  return (Deno.env.get("ESTEIRA_PUBLIC_URL") || projectUrl()).replace(/\/$/, "");
}

/** An address within the project, as it is to be told to the outside. */
export function toldOutside(address: string): string {
  const inside = projectUrl();
  return address.startsWith(`${inside}/`) ? publicUrl() + address.slice(inside.length) : address;
}

/** Where a provider reports the end of an attempt's task. */
export function callbackUrl(
  provider: string,
  jobId: string,
  token: string,
): string {
  return `${publicUrl()}/functions/v1/${provider}-webhook/${jobId}/${token}`;
}

/**
 * Hosts that results may be fetched from although they are not public or not https: those of simulators. From
 * ESTEIRA_RESULT_HOSTS, separated by commas; none unless it is set.
 */
export function trustedResultHosts(): string[] {
  return (Deno.env.get("ESTEIRA_RESULT_HOSTS") ?? "").split(",").map((host) => host.trim()).filter(Boolean);
}

function required(name: string): string {
  const value = Deno.env.get(name);
  if (!value) {
    throw new EsteiraError(
      "misconfigured",
      `The environment variable ${name} is not set`,
    );
  }
  return value;
}
