/** The project's secret API keys, of which SQL shows one when it wakes the worker. */
import { z } from "zod";
import { DeployError } from "../deploy_error.ts";
import type { ManagementApi } from "../management_api.ts";

/** A key by its name; `value` is never printed. */
export interface SecretKey {
  readonly name: string;
  readonly value: string;
}

const apiKeys = z.object({
  name: z.string(),
  type: z.string().nullish(),
  api_key: z.string().nullish(),
}).array();

/**
 * The secret keys, `default` first.
 * @throws DeployError old_keys, no_right
 */
export async function secretKeys(api: ManagementApi): Promise<SecretKey[]> {
  const keys = await api.read("/api-keys?reveal=true", apiKeys) ?? [];
  const secret = keys.filter(({ type }) => type === "secret");
  if (secret.length === 0 || !keys.some(({ type }) => type === "publishable")) {
    throw new DeployError(
      "old_keys",
      "The project has not both kinds of new API keys (sb_publishable_… and sb_secret_…); the functions take no others.",
      "Dashboard → Project Settings → API Keys: create them, and run this again. The old ones go on working.",
    );
  }
  const revealed = secret.flatMap(({ name, api_key }) =>
    api_key?.startsWith("sb_secret_") && !api_key.includes("·") ? [{ name, value: api_key }] : []
  );
  if (revealed.length === 0) {
    throw new DeployError(
      "no_right",
      "The access token may not see the project's secret keys.",
      "Take one with the permissions api_gateway_keys_read and api_gateway_keys_secret_read, and run this again.",
    );
  }
  return revealed.toSorted((a, b) => Number(b.name === "default") - Number(a.name === "default"));
}
