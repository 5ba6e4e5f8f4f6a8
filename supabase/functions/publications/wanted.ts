/** What a request asks for, option by option. Pure. */
import { createHash } from "node:crypto";
import type { z } from "zod";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { enqueueRequest } from "../../../shared/requests/requests_publications.ts";
import { isOption, type Option, OPTIONS } from "../../../shared/words/platforms.ts";
import { type Refused, rejectionOf } from "./rejected.ts";

export type Request = z.output<typeof enqueueRequest>;

/** An option that is asked for. */
export interface Wanted {
  /** Its place in `selectedOptions`. */
  n: number;
  option: Option;
  caption: string;
  settings: Record<string, unknown>;
  /** Null: the only one of its platform. */
  connectionId: string | null;
  /** Of its job: of the whole request's, and of this option. */
  key: string | null;
}

/** The options of a request, and why some of them are none. Error: 422 invalid_input for words about an option that nobody knows. */
export function wantedOf(request: Request): { wanted: Wanted[]; rejected: Refused[] } {
  checkKeys(request);
  const { selectedOptions, captions, settings, connections, idempotencyKey } = request;
  const wanted: Wanted[] = [];
  const rejected: Refused[] = [];
  for (const [n, option] of selectedOptions.entries()) {
    const field = `selectedOptions.${n}`;
    if (!isOption(option)) {
      const message = `There is no option ${JSON.stringify(option)}.`;
      const issue = { code: "unknown_option", field, message, details: { allowed: [...OPTIONS] } };
      rejected.push({ n, rejection: rejectionOf(option, [issue]) });
    } else if (selectedOptions.indexOf(option) < n) {
      const issue = { code: "invalid_input", field, message: "The option is named twice." };
      rejected.push({ n, rejection: rejectionOf(option, [issue]) });
    } else {
      wanted.push({
        n,
        option,
        caption: own(captions.specific, option) ?? captions.universal,
        settings: own(settings, option) ?? {},
        connectionId: own(connections, option)?.toLowerCase() ?? null,
        key: idempotencyKey === undefined ? null : `${idempotencyKey}:${option}`,
      });
    }
  }
  return { wanted, rejected };
}

/** A misspelt option would have its caption ignored, and another one published. */
function checkKeys({ selectedOptions, captions, settings, connections }: Request): void {
  const maps = { "captions.specific": captions.specific, settings, connections };
  for (const [field, map] of Object.entries(maps)) {
    const unknown = Object.keys(map).find((key) => !isOption(key) && !selectedOptions.includes(key));
    if (unknown === undefined) continue;
    const allowed = [...new Set([...OPTIONS, ...selectedOptions])];
    throw new EsteiraError("invalid_input", `${field}: there is no option ${JSON.stringify(unknown)}`, {
      field: `${field}.${unknown}`,
      allowed,
    });
  }
}

function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The group of a request: the same for the same key of the same user, so that asking again asks for the same. */
export function groupIdOf(userId: string, key: string | undefined): string {
  if (key === undefined) return crypto.randomUUID();
  const bytes = createHash("sha256").update(`publications\n${userId.toLowerCase()}\n${key}`).digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80; // a UUID of a kind of its own (RFC 9562 §5.8)
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
