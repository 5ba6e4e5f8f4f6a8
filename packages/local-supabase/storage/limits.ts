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
 * Returns `key` if an object may be called so. As storage-api over S3, which is what is hosted: `..`, `.`, `?`, an empty
 * segment and a slash at the end are fine, however much they mislead whoever treats a key as a path.
 * @throws StorageError `InvalidKey`
 */
export function validKey(key: string): string {
  if (!KEY.test(key)) throw invalidKey(key);
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
 * Checks `type` against what the bucket allows (null or none: anything), letter by letter as storage-api does: parameters
 * and capitals make it another type.
 * @throws StorageError `InvalidMimeType`
 */
export function assertMimeTypeAllowed(type: string, allowed: readonly string[] | null): void {
  if (!allowed || allowed.length === 0) return;
  const [family, kind] = type.split("/");
  const fits = kind !== undefined && allowed.some((one) => {
    const [allowedFamily, allowedKind] = one.split("/");
    return allowedFamily === family && (allowedKind === "*" || allowedKind === kind);
  });
  if (!fits) throw invalidMimeType(type);
}
