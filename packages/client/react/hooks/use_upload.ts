/** Uploads a file that a job's input will name. */
import { useEffect, useMemo } from "react";
import type { Esteira } from "../../api/esteira.ts";
import type { UploadOptions, UploadProgress } from "../../api/upload.ts";
import { createStore, type Store } from "../../store/store.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

interface Uploading {
  readonly isUploading: boolean;
  /** Bytes of `total` that Storage has; null while nothing is uploaded. */
  readonly progress: UploadProgress | null;
  /** What goes into the job's input, once it is there. */
  readonly path: string | null;
  /** Why it failed. Null when it was cancelled. */
  readonly error: Error | null;
}

export interface UseUpload extends Uploading {
  /** Uploads a file in place of the last one. Resolves with its path; null when it failed (`error`) or was cancelled. */
  upload: (file: Blob) => Promise<string | null>;
  cancel: () => void;
  /** As if nothing had been uploaded. */
  reset: () => void;
}

const NOTHING: Uploading = { isUploading: false, progress: null, path: null, error: null };

/** `tool` and `field`: as in `esteira.upload`. An upload whose component goes away is cancelled; again, it goes on. */
export function useUpload({ tool, field }: Pick<UploadOptions, "tool" | "field">): UseUpload {
  const client = useEsteira();
  const uploads = useMemo(() => createUploads(client, { tool, ...field && { field } }), [
    client,
    tool,
    field,
  ]);
  useEffect(() => uploads.cancel, [uploads]);
  return { ...useStore(uploads.store), upload: uploads.upload, cancel: uploads.cancel, reset: uploads.reset };
}

function createUploads(client: Esteira, where: Pick<UploadOptions, "tool" | "field">) {
  const store = createStore<Uploading>(NOTHING);
  let current: AbortController | null = null;

  async function upload(file: Blob): Promise<string | null> {
    cancel();
    const mine = current = new AbortController();
    const tell = (next: Uploading) => mine === current && store.set(next);
    tell({ ...NOTHING, isUploading: true, progress: { sent: 0, total: file.size } });
    try {
      const onProgress = (progress: UploadProgress) => tell({ ...NOTHING, isUploading: true, progress });
      const { path } = await client.upload(file, { ...where, signal: mine.signal, onProgress });
      tell({ ...NOTHING, path, progress: { sent: file.size, total: file.size } });
      return mine === current ? path : null;
    } catch (error) {
      tell({ ...NOTHING, error: error instanceof Error ? error : new Error(String(error)) });
      return null;
    }
  }

  /** Lets go of what is under way; a file that is there stays. */
  function cancel(): void {
    const wasUnderWay = store.getSnapshot().isUploading;
    const mine = current;
    current = null;
    mine?.abort();
    if (wasUnderWay) store.set(NOTHING);
  }

  function reset(): void {
    cancel();
    store.set(NOTHING);
  }

  return { store: store as Store<Uploading>, upload, cancel, reset };
}
