/** A provider's API, called with the account's key. */
import type { WorkItem } from "../../engine/work_item.ts";
import { ProviderError } from "../provider.ts";
import { callProvider, type ProviderAnswer, type ProviderCall } from "./provider_call.ts";

/** Where an API is, and how it is told the key. */
export interface Api {
  /** Without a slash at the end. */
  baseUrl: string;
  /** The word before the key in `Authorization`. */
  scheme: "Bearer" | "Key";
}

/** Where `api` is for the account of this work: at its `base_url`, if it has one. */
export function baseUrlOf(api: Api, { account }: WorkItem): string {
  return account.settings?.base_url ?? api.baseUrl;
}

/** Calls `api`. `address`: a path below its base, or a whole address. Errors: as callProvider's and apiKeyOf's. */
export async function callApi(
  work: WorkItem,
  api: Api,
  address: string,
  request: Omit<ProviderCall, "url"> = {},
): Promise<ProviderAnswer> {
  return await callProvider(work, {
    ...request,
    url: address.startsWith("/") ? baseUrlOf(api, work) + address : address,
    headers: { authorization: `${api.scheme} ${apiKeyOf(work)}`, ...request.headers },
  });
}

/** The account's API key. Throws ProviderError of class pause when the Vault has none. */
export function apiKeyOf({ account }: WorkItem): string {
  if (account.api_key) return account.api_key;
  const message = `The Vault has no API key for account ${account.name}`;
  throw new ProviderError({ retryClass: "pause", code: "secret_missing", message });
}
