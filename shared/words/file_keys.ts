/**
 * The paths of files in Storage, one grammar a bucket. Storage itself takes more: `..`, `.`, `?`, an empty folder; and each
 * part that reads such a path (a policy, SQL, an HTTP client, the bucket's backend) reads it in its own way. Between two
 * readings lies somebody else's file, and `encodeURIComponent("..")` is `..`. So a path goes into no call that is not of its
 * grammar. SQL says the same: `private.is_file_key`.
 */
const UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

const GRAMMARS = {
  /** `<user>/<name>` */
  inputs: new RegExp(`^${UUID}/[A-Za-z0-9_-][A-Za-z0-9_.-]*$`),
  /** `<user>/<job>/<n>…`: of the n-th attempt. */
  outputs: new RegExp(`^(${UUID}/){2}[0-9][A-Za-z0-9_.-]*$`),
  /** `<user>/<uuid>`, and perhaps the ending of the file that it is a copy of. */
  handed: new RegExp(`^${UUID}/${UUID}(\\.[a-z0-9]{1,8})?$`),
};

/** A bucket of Esteira's. */
export type Bucket = keyof typeof GRAMMARS;
export const BUCKETS = Object.keys(GRAMMARS) as readonly Bucket[];

/** Whether `key` is a path that files of Esteira have in this bucket. Whose it is, and whether it is there, is another question. */
export function isFileKey(bucket: Bucket, key: string): boolean {
  return GRAMMARS[bucket].test(key);
}

/** Whether a path belongs to this user: its first folder is their id. */
export function isFileOf(userId: string, bucket: Bucket, key: string): boolean {
  return isFileKey(bucket, key) && key.startsWith(`${userId.toLowerCase()}/`);
}

/** A path that Storage was about to be asked for, and that no file of Esteira has. */
export class BadFileKey extends Error {
  override readonly name = "BadFileKey";
  constructor(readonly bucket: string, readonly key: string) {
    super(`${JSON.stringify(key)} is no path in the bucket ${bucket}`);
  }
}

/** Returns `key`; every call of Storage takes its paths from here. @throws BadFileKey */
export function fileKey(bucket: Bucket, key: string): string {
  if (!isFileKey(bucket, key)) throw new BadFileKey(bucket, key);
  return key;
}
