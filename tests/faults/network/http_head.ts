/** The heads of HTTP/1.1 messages, as far as a proxy before a stack has to know them. */
import type { Refusal } from "./network.ts";

export interface Head {
  /** Its lines, with the empty one that ends it. */
  readonly text: string;
  /** What came with it and is no head. */
  readonly rest: Uint8Array<ArrayBuffer>;
}

const END = "\r\n\r\n";

/** Reads up to the end of a head; undefined: the other end has closed before. */
export async function readHead(from: Pick<Deno.TcpConn, "read">): Promise<Head | undefined> {
  let read = new Uint8Array();
  const buffer = new Uint8Array(16_384);
  for (;;) {
    const count = await from.read(buffer);
    if (count === null) return undefined;
    read = Uint8Array.from([...read, ...buffer.subarray(0, count)]);
    const text = new TextDecoder("latin1").decode(read);
    const end = text.indexOf(END);
    if (end >= 0) return { text: text.slice(0, end + END.length), rest: read.slice(end + END.length) };
  }
}

export function isWebSocket(head: string): boolean {
  return /^upgrade: *websocket/im.test(head);
}

/** The head of a websocket's handshake without compression, so that frames can be told apart and left out. */
export function withoutExtensions(head: string): string {
  return head.replace(/^sec-websocket-extensions:.*\r\n/im, "");
}

/** The head of a request after whose answer the connection is closed: each request meets the network anew. */
export function asLastRequest(head: string): string {
  return head.replace(/^connection:.*\r\n/im, "").replace(/\r\n/, "\r\nConnection: close\r\n");
}

/** What a gateway says in the place of a server that it cannot reach, or spares. */
export function refusalOf(status: Exclude<Refusal, 0>): string {
  const reason = { 429: "Too Many Requests", 502: "Bad Gateway", 503: "Service Unavailable" }[status];
  const body = `<html><body><h1>${status} ${reason}</h1></body></html>`;
  const headers = ["content-type: text/html", `content-length: ${body.length}`, "connection: close"];
  if (status === 429) headers.push("retry-after: 1");
  return [`HTTP/1.1 ${status} ${reason}`, ...headers, "", body].join("\r\n");
}
