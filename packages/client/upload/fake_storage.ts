/** A Storage that takes uploads whole and in pieces, and can lose requests and answers. It keeps what it was sent. */
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What becomes of a request: it is answered so, it is cut before it is read, or its answer is lost. */
export type Fault = { status: number; body: string } | "cut" | "answer lost";

interface Pieces {
  readonly length: number;
  readonly path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

interface Taken {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface FakeStorage extends AsyncDisposable {
  readonly origin: string;
  /** What is there, by path. */
  readonly objects: Map<string, { bytes: Uint8Array<ArrayBuffer>; type: string }>;
  /** Each request: method, what it went for, and the offset of a piece. */
  readonly log: string[];
  /** Uploads in pieces that are under way. */
  readonly pieces: Map<string, Pieces>;
  /** The faults of the next requests of a method, in their order. */
  readonly faults: Map<string, Fault[]>;
  /** The token without which nothing is taken. */
  token: string;
}

export async function startFakeStorage(): Promise<FakeStorage> {
  const objects: FakeStorage["objects"] = new Map();
  const pieces: FakeStorage["pieces"] = new Map();
  const faults: FakeStorage["faults"] = new Map();
  const log: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const method = incoming.method ?? "";
    const fault = faults.get(method)?.shift();
    log.push(`${method} ${incoming.headers["upload-offset"] ?? ""}`.trim());
    if (fault === "cut") return void incoming.socket.destroy();
    const bytes = await buffer(incoming).catch(() => null);
    if (bytes === null) return; // whoever sent it has given up
    const headers = new Headers(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    );
    const url = new URL(incoming.url ?? "", storage.origin);
    const lost = fault && fault !== "answer lost" ? new Response(fault.body, { status: fault.status }) : null;
    const answer = lost ?? take({ method, url, headers, bytes: new Uint8Array(bytes) });
    if (fault === "answer lost") return void incoming.socket.destroy();
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const storage: FakeStorage = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    pieces,
    log,
    faults,
    token: "a.b.c",
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function take({ method, url: { pathname, searchParams }, headers, bytes }: Taken): Response {
    if ((searchParams.get("token") ?? headers.get("x-signature")) !== storage.token) {
      return refused(400, "InvalidJWT");
    }
    if (method === "PUT") {
      const path = pathname.replace(/^.*\/sign\/inputs\//, "");
      if (objects.has(path)) return refused(409, "Duplicate");
      objects.set(path, { bytes, type: headers.get("content-type") ?? "" });
      return Response.json({ Key: path });
    }
    if (method === "POST") return begin(headers);
    const upload = pieces.get(pathname);
    if (!upload) return new Response("The file for this url was not found\n", { status: 404 });
    if (method === "PATCH") {
      if (Number(headers.get("upload-offset")) !== upload.bytes.length) {
        return new Response("conflict", { status: 409 });
      }
      upload.bytes = new Uint8Array(Buffer.concat([upload.bytes, bytes]));
      if (upload.bytes.length === upload.length) objects.set(upload.path, { bytes: upload.bytes, type: "" });
    }
    return new Response(null, {
      status: method === "HEAD" ? 200 : 204,
      headers: { "upload-offset": String(upload.bytes.length), "upload-length": String(upload.length) },
    });
  }

  function begin(headers: Headers): Response {
    const metadata = new Map(
      (headers.get("upload-metadata") ?? "").split(",").map((pair) => {
        const [name = "", value = ""] = pair.split(" ");
        return [name, Buffer.from(value, "base64").toString()];
      }),
    );
    const at = `/storage/v1/upload/resumable/sign/${pieces.size}`;
    pieces.set(at, {
      length: Number(headers.get("upload-length")),
      path: metadata.get("objectName") ?? "",
      bytes: new Uint8Array(),
    });
    return new Response(null, { status: 201, headers: { location: `${storage.origin}${at}` } });
  }

  return storage;
}

function refused(statusCode: number, error: string): Response {
  return Response.json({ statusCode: String(statusCode), error, message: error }, { status: 400 });
}
