/** What only something beside the database sees: Storage, how Auth signs, what the Data API exposes, Realtime's channels. */
import type { OutsideCheck } from "../../../shared/requests/requests_service.ts";
import { admin } from "../_shared/engine/database.ts";
import { projectUrl, publicUrl } from "../_shared/runtime/env.ts";
import { lookAtRealtime } from "./look_at_realtime.ts";

const PATIENCE_MS = 5_000;
/** Kinds of keys that are verified by a public half. */
const ASYMMETRIC: readonly unknown[] = ["EC", "RSA", "OKP"];

/** Looks at what jobs need every day; with `setup`, at what a deployment needs besides. */
export async function lookOutside(setup: boolean): Promise<OutsideCheck[]> {
  const checks = [
    lookAtStorage(),
    ...setup ? [lookAtAuth(), lookAtOperatorsDoor(), lookAtRealtime(), lookAtAddress()] : [],
  ];
  return await Promise.all(checks);
}

async function lookAtStorage(): Promise<OutsideCheck> {
  const { data, error } = await admin().storage.listBuckets();
  if (error) return { name: "Storage", verdict: "error", detail: `It does not answer: ${error.message}` };
  return { name: "Storage", verdict: "ok", detail: `It answers, and has ${data.length} buckets.` };
}

/** The functions verify users' tokens by the project's public keys: a shared secret is none. */
async function lookAtAuth(): Promise<OutsideCheck> {
  const name = "Auth";
  try {
    const response = await fetch(`${projectUrl()}/auth/v1/.well-known/jwks.json`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { keys = [] }: { keys?: { kty?: unknown }[] } = await response.json();
    if (keys.some(({ kty }) => ASYMMETRIC.includes(kty))) {
      return { name, verdict: "ok", detail: "Users' tokens are signed asymmetrically." };
    }
    return {
      name,
      verdict: "error",
      detail: "It has no asymmetric signing key: the functions refuse every user.",
      repair: "Dashboard → Project Settings → JWT Keys: create a standby key and rotate to it",
    };
  } catch (error) {
    return { name, verdict: "error", detail: `It does not answer: ${messageOf(error)}` };
  }
}

/** Operators act through a schema of their own, which a project exposes or does not: jobs go on without it. */
async function lookAtOperatorsDoor(): Promise<OutsideCheck> {
  const name = "schema ops_api";
  const { error } = await admin().schema("ops_api").rpc("me");
  if (!error) return { name, verdict: "ok", detail: "The Data API exposes it." };
  if (error.code !== "PGRST106") {
    return { name, verdict: "warn", detail: `It does not answer: ${error.message}` };
  }
  return {
    name,
    verdict: "warn",
    detail: "The Data API does not expose it: operators cannot read or act through it.",
    repair: "Dashboard → Project Settings → Data API → Exposed schemas: add ops_api",
  };
}

function lookAtAddress(): Promise<OutsideCheck> {
  const url = publicUrl();
  const isGood = url.startsWith("https://") || /^http:\/\/(127\.0\.0\.1|localhost)(:|$)/.test(url);
  return Promise.resolve({
    name: "address for providers",
    verdict: isGood ? "ok" : "warn",
    detail: isGood ? url : `Providers are to call back at ${url}, which is not https.`,
    ...isGood ? {} : { repair: "supabase secrets set ESTEIRA_PUBLIC_URL=https://<the project's address>" },
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
