/** Uploading an input file. */

export interface UploadProgress {
  /** Bytes that have left, of `total`: all of them only once Storage has the file. */
  readonly sent: number;
  readonly total: number;
}

export interface UploadOptions {
  /**
   * The tool and its input field (default `image`) that will name the file: its type and size are checked first. Without a
   * tool it may be what any tool takes; the tool's own rules then meet it when a job is created.
   */
  tool?: string;
  field?: string;
  /** MIME type; left out: that of the file. */
  contentType?: string;
  onProgress?: (progress: UploadProgress) => void;
  signal?: AbortSignal;
}

/**
 * Resolves with the path that goes into the job's input. Rejects with EsteiraError (`file_too_large`,
 * `unsupported_file_type`, `network`, …) or `signal.reason`. What was cut, by an abort or a reload too, goes on where it
 * stopped when the same file is uploaded again.
 */
export interface Upload extends Promise<{ readonly path: string }> {
  readonly progress: {
    readonly getSnapshot: () => UploadProgress;
    readonly subscribe: (listener: () => void) => () => void;
  };
}
