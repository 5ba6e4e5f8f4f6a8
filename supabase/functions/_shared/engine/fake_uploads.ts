/** For tests: resumable uploads of the fake project. What is complete lies among its files. */
import { Buffer } from "node:buffer";
import type { Recorded } from "../runtime/fake_runtime.ts";

/** An upload under way. */
export interface FakeUpload {
  path: string;
  contentType: string;
  length: number | null;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface FakeUploads {
  /** By place, oldest first. */
  underWay: Map<string, FakeUpload>;
  /** Answers before anything is done, where it has one; `taken`: after so many bytes of a PATCH were kept. */
  trouble: ((request: Recorded) => { status: number; body?: string; taken?: number } | undefined) | undefined;
  answer(request: Recorded): Response;
}

/** `keep` is given what is complete. */
export function fakeUploads(
  keep: (path: string, file: { bytes: Uint8Array<ArrayBuffer>; contentType: string }) => void,
): FakeUploads {
  let count = 0;
  const underWay = new Map<string, FakeUpload>();

  function begin({ headers }: Recorded): Response {
    const pairs = (headers.get("upload-metadata") ?? "").split(",").map((pair) => pair.split(" "));
    const metadata = Object.fromEntries(
      pairs.map(([name, value = ""]) => [name, Buffer.from(value, "base64").toString()]),
    );
    const place = `/upload-${++count}`;
    const length = headers.get("upload-length");
    underWay.set(place, {
      path: `${metadata.bucketName}/${metadata.objectName}`,
      contentType: metadata.contentType,
      length: length === null ? null : Number(length),
      bytes: new Uint8Array(),
    });
    const location = `http://inside:8000/storage/v1/upload/resumable${place}`;
    return new Response(null, { status: 201, headers: { location } });
  }

  function append(upload: FakeUpload, { headers, bytes }: Recorded, taken = bytes.length): Response {
    if (Number(headers.get("upload-offset")) !== upload.bytes.length) {
      return new Response("conflict", { status: 409 });
    }
    const length = headers.get("upload-length");
    if (length !== null) upload.length = Number(length);
    const longer = new Uint8Array(upload.bytes.length + Math.min(taken, bytes.length));
    longer.set(upload.bytes);
    longer.set(bytes.subarray(0, taken), upload.bytes.length);
    upload.bytes = longer;
    const isComplete = upload.bytes.length === upload.length;
    if (isComplete) keep(upload.path, { bytes: upload.bytes, contentType: upload.contentType });
    return new Response(null, {
      status: 204,
      headers: { "upload-offset": String(upload.bytes.length), ...isComplete ? { "tus-complete": "1" } : {} },
    });
  }

  const uploads: FakeUploads = {
    underWay,
    trouble: undefined,
    answer(request) {
      const place = request.path.slice("/storage/v1/upload/resumable".length);
      const upload = underWay.get(place);
      const trouble = uploads.trouble?.(request);
      if (trouble) {
        if (upload && trouble.taken) append(upload, request, trouble.taken);
        return new Response(trouble.body ?? "trouble", { status: trouble.status });
      }
      if (request.method === "POST") return begin(request);
      if (!upload) return new Response("not found", { status: 404 });
      if (request.method === "PATCH") return append(upload, request);
      if (request.method === "DELETE") {
        underWay.delete(place);
        return new Response(null, { status: 204 });
      }
      const headers = new Headers({ "upload-offset": String(upload.bytes.length) });
      if (upload.length !== null) headers.set("upload-length", String(upload.length));
      return new Response(null, { headers });
    },
  };
  return uploads;
}
