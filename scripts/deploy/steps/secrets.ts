/** How SQL wakes the worker: the project's address, and one of its secret keys, in the Vault. Nothing else there is touched. */
import { z } from "zod";
import type { ManagementApi } from "../management_api.ts";
import { type Deployment, done, type Step, toDo } from "../step.ts";
import { type SecretKey, secretKeys } from "./secret_keys.ts";

/** Addresses as hosted projects have them: one of another project's was copied along with its database. */
const HOSTED = /^https:\/\/[a-z]{20}\./;

interface Wanted {
  readonly name: "project_url" | "worker_secret_key";
  readonly value: string;
  readonly what: string;
}

export const secretsStep: Step = {
  name: "secrets",
  async look(deployment) {
    const wanted = await missing(deployment);
    if (wanted.length === 0) return done("project_url and worker_secret_key lie in the Vault.");
    return toDo(`Put into the Vault: ${wanted.map(({ what }) => what).join("; ")}.`);
  },
  async act(deployment) {
    for (const { name, value } of await missing(deployment)) {
      await deployment.api.sql("select ops.set_secret($1, $2) as outcome", z.unknown(), [name, value]);
    }
  },
};

/** Those that are not there, or are not this project's. */
async function missing({ api, projectUrl, command }: Deployment): Promise<Wanted[]> {
  const [keys, present] = [await secretKeys(api), await inVault(api)];
  const address = present.get("project_url");
  const wanted: Wanted[] = [];
  const isAnother = address !== undefined && address.plain !== projectUrl &&
    (command.projectUrl !== null || HOSTED.test(address.plain ?? ""));
  if (address === undefined || isAnother) {
    const instead = isAnother ? ` instead of ${address.plain}` : "";
    wanted.push({ name: "project_url", value: projectUrl, what: `project_url, ${projectUrl}${instead}` });
  }
  const hash = present.get("worker_secret_key")?.hash;
  const hashes = await Promise.all(keys.map(({ value }) => sha256(value)));
  const [key] = keys;
  if (key && (hash === undefined || !hashes.includes(hash))) wanted.push(keyToPut(key, hash !== undefined));
  return wanted;
}

function keyToPut({ name, value }: SecretKey, replaces: boolean): Wanted {
  const instead = replaces ? " instead of one that is none of its keys" : "";
  return {
    name: "worker_secret_key",
    value,
    what: `worker_secret_key, the project's key “${name}”${instead}`,
  };
}

/** Secrets stay where they are: what comes back is their hash, and the address, which is none. */
async function inVault(api: ManagementApi): Promise<Map<string, { hash: string; plain: string | null }>> {
  const row = z.object({ name: z.string(), hash: z.string(), plain: z.string().nullable() });
  const [found] = await api.sql(
    "select to_regclass('vault.decrypted_secrets') is not null as vault",
    z.object({ vault: z.boolean() }),
  );
  if (!found?.vault) return new Map();
  const rows = await api.sql(
    "select name, encode(sha256(convert_to(decrypted_secret, 'utf8')), 'hex') as hash, " +
      "case when name = 'project_url' then decrypted_secret end as plain " +
      "from vault.decrypted_secrets where name in ('project_url', 'worker_secret_key')",
    row,
  );
  return new Map(rows.map(({ name, hash, plain }) => [name, { hash, plain }]));
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
