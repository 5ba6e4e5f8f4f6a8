/** The `Prefer` header. Source: docs.postgrest.org/en/v14/references/api/preferences.html */
import { unknownPreferences } from "./rest_error.ts";

/** What the client prefers; unknown and contradicting preferences are left out. */
export interface Preferences {
  /** What a write answers with; null is the same as minimal. */
  returned: "representation" | "headers-only" | "minimal" | null;
  /** Whether the total is wanted. `planned` and `estimated` are answered exactly too: the tables here are small. */
  count: boolean;
  /** What an insert does about rows that are there already; null: fail. */
  resolution: "merge" | "ignore" | null;
  /** Whether columns missing in a row of the payload get their default instead of null. */
  missingAsDefault: boolean;
  /** How many rows a write may touch; null: any number. Only obeyed with `handling=strict`. */
  maxAffected: number | null;
}

const KNOWN = [
  /^return=(representation|headers-only|minimal)$/,
  /^count=(exact|planned|estimated)$/,
  /^resolution=(merge|ignore)-duplicates$/,
  /^missing=(default|null)$/,
  /^max-affected=\d+$/,
  /^handling=(strict|lenient)$/,
  /^tx=(commit|rollback)$/,
  /^timezone=.+$/,
];

/**
 * Reads the header, in which several preferences are separated by commas; of contradicting ones the first counts.
 * @throws RestError PGRST122 when the client insists on `handling=strict` and sent something unknown.
 */
export function parsePreferences(header: string | null): Preferences {
  const preferences = (header ?? "").split(",").map((text) => text.trim()).filter((text) => text !== "");
  const value = (name: string) =>
    preferences.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1);
  const unknown = preferences.filter((text) => !KNOWN.some((known) => known.test(text)));
  const strict = value("handling") === "strict";
  if (strict && unknown.length > 0) throw unknownPreferences(unknown);
  const maxAffected = value("max-affected");
  return {
    returned: oneOf(["representation", "headers-only", "minimal"] as const, value("return")),
    count: oneOf(["exact", "planned", "estimated"], value("count")) !== null,
    resolution: oneOf(["merge", "ignore"] as const, value("resolution")?.replace("-duplicates", "")),
    missingAsDefault: value("missing") === "default",
    maxAffected: strict && maxAffected !== undefined && /^\d+$/.test(maxAffected)
      ? Number(maxAffected)
      : null,
  };
}

function oneOf<T extends string>(allowed: readonly T[], text: string | undefined): T | null {
  return allowed.find((candidate) => candidate === text) ?? null;
}
