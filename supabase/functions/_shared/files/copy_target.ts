/** What a copy is to become, and how long it may take. */
import type { StoredFile } from "../../../../shared/rows/job.ts";
import type { Bucket } from "../../../../shared/words/file_keys.ts";
import type { CopyState } from "./copy_state.ts";
import type { Source } from "./source.ts";

export interface CopyTarget {
  /** Where it goes; left out: `outputs`. */
  bucket?: Bucket;
  /** Path in the bucket, without the ending. */
  path: string;
  /** What the provider says that the file is; its bytes decide. */
  declaredType: string | null;
  /** Which types are taken, whole or by family. */
  types: readonly string[];
  maxBytes: number;
  /** Bytes that Storage is sent at a time. */
  pieceBytes: number;
  /** Bytes that a source is asked for at a time: what is on its way is fetched again when this worker dies. */
  partBytes: number;
  /** Milliseconds since 1970: then it stops, and whoever looks next goes on. */
  until: number;
  /** The same for what cannot be gone on with. */
  latest: number;
  /** `bytes` that may be copied now; after more the worker has had its share of computing time. `sent`: of this file. */
  budget: { bytes: number; sent?: number };
  /** How often in a row a piece is sent that Storage has trouble with. */
  tries: number;
  /** Words that are not asked for will be so tomorrow: nobody looks again. */
  areWordsFinal: boolean;
  /** How the file is opened at its beginning; left out: `openSource`. */
  open?: ((url: string) => Promise<Source>) | undefined;
  /** Keeps how far it is; null: it begins anew. */
  note(state: CopyState | null): Promise<void>;
}

/** The bucket that a copy goes to. */
export function bucketOf({ bucket = "outputs" }: CopyTarget): Bucket {
  return bucket;
}

/** A file as it is listed in a job's output. */
export function storedAt(target: CopyTarget, path: string, type: string, bytes: number): StoredFile {
  return { bucket: bucketOf(target), path, content_type: type, bytes };
}
