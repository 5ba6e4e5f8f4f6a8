/** A provider's API, called with the account's key. */
import type { WorkItem } from "../../engine/work_item.ts";
import { ProviderError } from "../provider.ts";
import { misconfigured } from "./misconfigured.ts";
import { prepareCall, type PreparedCall, type ProviderAnswer, type ProviderCall } from "./provider_call.ts";

/** Where an API is, and how it is told the key. */
export interface Api {
  /** Without a slash at the end. */
  baseUrl: string;
  /** The word before the key in `Authorization`. */
  scheme: "Bearer" | "Key";
}

/** A request to an API: all of it but the address. */
export type ApiRequest = Omit<ProviderCall, "url">;

/**
 * Where `api` is for the account of this work: at its `base_url`, if it has one, without slashes at the end. Throws
 * ProviderError `misconfigured` for one that is no http or https address to which paths can be added.
 */
export function baseUrlOf(api: Api, { account }: WorkItem): string {
  const given = account.settings?.base_url;
  if (given === undefined) return api.baseUrl;
  const isAddress = /^https?:\/\/[^/]/i.test(given) && !/[?#@\s]/.test(given) && URL.canParse(given);
  if (!isAddress) throw misconfigured(`The base_url of account ${account.name} is no http or https address`);
  let end = given.length;
  while (given[end - 1] === "/") end--;
  return given.slice(0, end);
}

/** Builds a request to `api`. `address`: a path below its base, or a whole address. Errors: as prepareCall's and apiKeyOf's. */
export function prepareApiCall(
  work: WorkItem,
  api: Api,
  address: string,
  request: ApiRequest = {},
): PreparedCall {
  return prepareCall(work, callTo(work, api, address, request));
}

/** The call that a request to `api` is. `address` and errors: as prepareApiCall's. */
export function callTo(work: WorkItem, api: Api, address: string, request: ApiRequest): ProviderCall {
  return {
    ...request,
    url: address.startsWith("/") ? baseUrlOf(api, work) + address : address,
    headers: { authorization: `${api.scheme} ${apiKeyOf(work)}`, ...request.headers },
  };
}

/** Calls `api`. Errors: as prepareApiCall's and those of sending. */
export async function callApi(
  work: WorkItem,
  api: Api,
  address: string,
  request: ApiRequest = {},
): Promise<ProviderAnswer> {
  return await prepareApiCall(work, api, address, request).send();
}

/**
 * The account's API key. Throws ProviderError of class pause: `secret_missing` when the Vault has none, `misconfigured` when
 * no header can carry it, such as one that was copied with the end of its line.
 */
export function apiKeyOf({ account: { api_key: key, name } }: WorkItem): string {
  if (key === null) {
    const message = `The Vault has no API key for account ${name}`;
    throw new ProviderError({ retryClass: "pause", code: "secret_missing", message });
  }
  if (key === "") throw misconfigured(`The API key of account ${name} is empty`);
  // Visible ASCII (RFC 9110 §5.5, §11.4). Anything else is no part of a key but of how it was copied.
  const odd = /[^\x21-\x7e]/u.exec(key)?.[0].codePointAt(0);
  if (odd === undefined) return key;
  const character = `U+${odd.toString(16).toUpperCase().padStart(4, "0")}`;
  throw misconfigured(
    `The API key of account ${name} has the character ${character}, which no Authorization header carries`,
  );
}
