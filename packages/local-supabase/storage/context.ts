/** What every route of the storage service works with. */
import type { Tokens } from "../tokens.ts";
import type { FileStore } from "./file_store.ts";
import type { Pool } from "../sessions/pool.ts";
import type { UploadLocks } from "./resumable/upload_locks.ts";
import type { UploadStore } from "./resumable/upload_store.ts";
import type { Signer } from "./signing.ts";

export interface StorageContext {
  readonly pool: Pool;
  readonly files: FileStore;
  /** Resumable uploads under way. */
  readonly uploads: UploadStore;
  readonly uploadLocks: UploadLocks;
  readonly signer: Signer;
  readonly tokens: Tokens;
  /** Bytes that no object may exceed, whatever its bucket says. */
  readonly fileSizeLimit: number;
}

/** The object that a route's path names. */
export interface ObjectPath {
  bucket: string;
  key: string;
}
