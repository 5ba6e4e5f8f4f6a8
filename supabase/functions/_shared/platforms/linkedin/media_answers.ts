/** What LinkedIn answers about files. */
import { z } from "zod";
import { looseText } from "../../providers/kit/fields.ts";
import { addressOf } from "../kit/app_address.ts";
import { malformedAnswer } from "../kit/failures.ts";
import type { PlatformAnswer } from "../kit/platform_call.ts";
import type { PlatformApp } from "../platform.ts";
import type { PartsFact } from "./media_facts.ts";
import type { MediaKind } from "./media_kinds.ts";

const milliseconds = z.number().int().positive().nullish().catch(null);
const instruction = z.looseObject({
  uploadUrl: z.url(),
  firstByte: z.number().int().nonnegative(),
  lastByte: z.number().int().nonnegative(),
});
const value = z.looseObject({
  image: looseText,
  document: looseText,
  video: looseText,
  uploadUrl: z.url().nullish(),
  uploadUrlExpiresAt: milliseconds,
  uploadUrlsExpireAt: milliseconds,
  uploadToken: z.string().nullish().catch(null),
  uploadInstructions: z.array(instruction).nullish(),
});
const begun = z.looseObject({ value });
const status = z.looseObject({ status: looseText, processingFailureReason: looseText });

/** Where LinkedIn does not say for how long, an address is good for an hour. */
const LIFE_MS = 3_600_000;
const LONGEST_LIFE_MS = 30 * 86_400_000;
/** So long before its end an address is not used any more; of a short life, half. */
const MARGIN_MS = 60_000;

/** An upload that was begun. */
export interface Begun extends PartsFact {
  /** Until when its parts can be sent, ISO 8601. */
  goodUntil: string;
}

/**
 * Reads what a file of `bytes` bytes is to be sent to. Throws PlatformError where that is not all of it, each byte once, or
 * not LinkedIn's: an access goes with it.
 */
export function begunBy(
  { body, raw }: Pick<PlatformAnswer, "body" | "raw">,
  { app, kind, bytes, now }: { app: PlatformApp; kind: MediaKind; bytes: number; now: number },
): Begun {
  const read = begun.safeParse(body).data?.value;
  const urn = read?.[kind];
  if (!read || !urn) throw malformedAnswer("LinkedIn named no upload", raw);
  const parts = read.uploadInstructions
    ? read.uploadInstructions.map(({ uploadUrl, firstByte, lastByte }) => ({
      url: uploadUrl,
      from: firstByte,
      to: lastByte + 1,
    })).sort((one, other) => one.from - other.from)
    : read.uploadUrl
    ? [{ url: read.uploadUrl, from: 0, to: bytes }]
    : [];
  let at = 0;
  for (const { url, from, to } of parts) {
    if (from !== at || to <= from) throw malformedAnswer("LinkedIn's parts do not make up the file", raw);
    if (!isTheirs(app, url)) {
      throw malformedAnswer("LinkedIn named a place for the file that is not its own", raw);
    }
    at = to;
  }
  if (at !== bytes) throw malformedAnswer("LinkedIn's parts do not make up the file", raw);
  const ends = read.uploadUrlsExpireAt ?? read.uploadUrlExpiresAt ?? now + LIFE_MS;
  const life = Math.min(Math.max(ends - now, 0), LONGEST_LIFE_MS);
  return {
    urn,
    token: read.uploadToken ?? "",
    parts,
    goodUntil: new Date(now + Math.max(life - MARGIN_MS, life / 2)).toISOString(),
  };
}

/** Whether an address is LinkedIn's: by its name, or where the operator has said that LinkedIn is. */
function isTheirs(app: PlatformApp, address: string): boolean {
  const { protocol, hostname, origin } = new URL(address);
  const set = ["base_url", "oauth_url"].map((name) => addressOf(app, name, ""));
  if (set.some((own) => own !== "" && new URL(own).origin === origin)) return true;
  return protocol === "https:" && /(?:^|\.)linkedin\.com$/.test(hostname);
}

/** How a file stands. A word that nobody knows is asked after again. */
export function stateOf(
  { body }: Pick<PlatformAnswer, "body">,
): { state: "ready" | "processing" | "failed"; reason: string | null } {
  const read = status.safeParse(body).data;
  const word = read?.status ?? null;
  return {
    state: word === "AVAILABLE" ? "ready" : word === "PROCESSING_FAILED" ? "failed" : "processing",
    reason: read?.processingFailureReason ?? null,
  };
}
