/** A Blob for `tus-js-client` where it only knows buffers and streams: read piece by piece, never whole. */
import type { UploadOptions } from "tus-js-client";

type Reader = NonNullable<UploadOptions["fileReader"]>;

/** How `tus-js-client` reads blobs outside browsers; undefined in a browser, where it knows them by itself. */
export function blobReader(): Reader | undefined {
  return "XMLHttpRequest" in globalThis ? undefined : { openFile: open };
}

const open: Reader["openFile"] = (blob: unknown) => {
  if (!(blob instanceof Blob)) return Promise.reject(new TypeError("not a Blob"));
  return Promise.resolve({
    size: blob.size,
    async slice(start: number, end: number) {
      const bytes = new Uint8Array(await blob.slice(start, end).arrayBuffer());
      // Its requests take their length from `size`, which buffers of its own have, too.
      return { value: Object.assign(bytes, { size: bytes.length }), done: end >= blob.size };
    },
    close() {},
  });
};
