/** `Esteira.upload`: all of uploading that is there before somebody uploads. */
import type { Upload, UploadOptions, UploadProgress } from "../api/upload.ts";
import { toError } from "../http/outcome.ts";
import { createStore } from "../store/store.ts";
import { loaded } from "../http/loaded.ts";
import { keysOf, ownShelf } from "./shelf.ts";
import type { Around, Sender } from "./uploads.ts";

export interface Uploads {
  upload(file: Blob, options?: UploadOptions): Upload;
  /** Aborts what is under way, with `closed`. */
  close(): void;
}

export function createUploads({ shelf = ownShelf(), ...around }: Around): Uploads {
  let sender: Sender | undefined;
  let isClosed = false;
  // What has expired, and what somebody left behind, is not to lie about.
  const tidy = () => {
    if (keysOf(shelf).length > 0) load().catch(() => {});
  };
  const unwatch = around.link.onUser(tidy);
  tidy();

  async function load(): Promise<Sender> {
    const { createSender } = await loaded(() => import("./uploads.ts"));
    if (isClosed) throw toError("closed", "The client has been closed.");
    return sender ??= createSender({ shelf, ...around });
  }

  return {
    upload(file, options = {}) {
      const progress = createStore<UploadProgress>({ sent: 0, total: file.size });
      const tell = (sent: number) => progress.set({ sent, total: file.size });
      progress.subscribe(() => options.onProgress?.(progress.getSnapshot()));
      const user = around.link.userId(); // whoever it is now: the code may take its time to come
      async function run() {
        const done = await (await load()).send(user, file, options, (bytes) => {
          if (bytes < file.size) tell(bytes); // what has left is not there yet: only Storage's answer makes it whole
        });
        tell(file.size);
        return done;
      }
      return Object.assign(run(), { progress });
    },
    close() {
      isClosed = true;
      unwatch();
      sender?.close();
    },
  };
}
