/** What names, sizes and content types storage-api accepts (github.com/supabase/storage, src/storage/limits.ts). */
import { badRequest, invalidBucketName, invalidKey, invalidMimeType, tooLarge } from "./storage_error.ts";

const BUCKET_NAME = /^[\w!.*'() &$@=;:+,?-]{1,100}$/;
const KEY = /^[\w/!.*'() &$@=;:+,?-]{1,1024}$/;
const MIME_TYPE = /^(\*|[\w.+-]+\/(\*|[\w.+-]+)(;\s*charset=[\w-]+)?)$/;
const UNITS = new Map([["b", 1], ["kb", 1e3], ["mb", 1e6], ["gb", 1e9]]);

/** Returns `name` if a bucket may be called so. @throws StorageError `InvalidBucketName` */
export function validBucketName(name: string): string {
  if (!BUCKET_NAME.test(name) || name.trim() !== name) throw invalidBucketName();
  return name;
}

/**
 * Returns `key` if an object may be called so. Unlike storage-api, `.` and `..` as a whole segment are refused:
 * they name nothing in S3, but they would mislead whoever treats a key as a path.
 * @throws StorageError `InvalidKey`
 */
export function validKey(key: string): string {
  const segments = key.split("/");
  if (!KEY.test(key) || segments.includes("..") || segments.includes(".")) throw invalidKey(key);
  return key;
}

/**
 * Bytes of a bucket's size limit, given as a number or as text with a unit (`20MB`; powers of ten).
 * @throws StorageError `InvalidRequest` for another format, `EntityTooLarge` when it exceeds `cap` (bytes)
 */
export function fileSizeLimitOf(value: number | string, cap: number): number {
  const match = typeof value === "string" ? value.match(/^(\d+(?:\.\d+)?)(gb|mb|kb|b)$/i) : null;
  if (typeof value === "string" && !match) {
    throw badRequest("Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B");
  }
  const bytes = match ? Number(match[1]) * (UNITS.get(match[2]?.toLowerCase() ?? "") ?? 1) : Number(value);
  if (bytes > cap) throw tooLarge();
  return Math.floor(bytes);
}

/** Returns `types` if a bucket may allow them. @throws StorageError `InvalidMimeType` */
export function validMimeTypes(types: string[]): string[] {
  const bad = types.find((type) => !MIME_TYPE.test(type));
  if (bad !== undefined) throw invalidMimeType(bad);
  return types;
}

/**
 * Checks `type` against what the bucket allows (null or none: anything). Parameters such as charset count only where
 * the bucket names them.
 * @throws StorageError `InvalidMimeType`
 */
export function assertMimeTypeAllowed(type: string, allowed: readonly string[] | null): void {
  if (!allowed || allowed.length === 0) return;
  const bare = type.split(";")[0]?.trim().toLowerCase() ?? "";
  const family = `${bare.split("/")[0]}/*`;
  const fits = allowed.some((one) => ["*", "*/*", family, bare, type].includes(one.toLowerCase()));
  if (!fits || !bare.includes("/")) throw invalidMimeType(type);
}

/**
 * Checks `type` of a resumable upload against what the bucket allows, letter by letter as storage-api does: parameters
 * and capitals make it another type.
 * @throws StorageError `InvalidMimeType`
 */
export function assertMimeTypeListed(type: string, allowed: readonly string[] | null): void {
  if (!allowed) return;
  const [family, kind] = type.split("/");
  const fits = kind !== undefined && allowed.some((one) => {
    const [allowedFamily, allowedKind] = one.split("/");
    return allowedFamily === family && (allowedKind === "*" || allowedKind === kind);
  });
  if (!fits) throw invalidMimeType(type);
}
