/** For tests: the place where a provider keeps a result, which serves it as well or as badly as it is told. */
import { type FakeServer, fakeServer } from "../runtime/fake_runtime.ts";

/** How a result is served. */
export interface Manners {
  bytes: Uint8Array<ArrayBuffer>;
  /** Null: none. */
  eTag?: string | null;
  headers?: Record<string, string>;
  /** It knows of parts. */
  hasParts?: boolean;
  /** It says how long it is. */
  hasLength?: boolean;
}

export interface FakeSource extends FakeServer {
  /** The address of the result. */
  address: string;
  manners: Manners;
  /** For the next answers, one each: break off after so many bytes, or answer otherwise. */
  next: (number | (() => Response))[];
  /** Bytes that were sent. */
  sent: number;
  /** The ranges that were asked for; null: the whole. */
  asked: (string | null)[];
}

export function fakeSource(manners: Manners): FakeSource {
  const server = fakeServer((request) => {
    const { bytes, eTag = '"one"', headers = {}, hasParts = true, hasLength = true } = source.manners;
    const next = source.next.shift();
    const range = request.headers.get("range");
    source.asked.push(range);
    if (typeof next === "function") return next();
    const ifRange = request.headers.get("if-range");
    const isWanted = hasParts && range !== null && (ifRange === null || ifRange === eTag);
    const [, first = "", last = ""] = isWanted ? range.match(/^bytes=(\d+)-(\d+)$/) ?? [] : [];
    const [from, to] = isWanted
      ? [Number(first), Math.min(Number(last) + 1, bytes.length)]
      : [0, bytes.length];
    if (isWanted && from >= bytes.length) {
      return new Response(null, { status: 416, headers: { "content-range": `bytes */${bytes.length}` } });
    }
    const body = bytes.subarray(from, to);
    const sent = body.subarray(0, typeof next === "number" ? next : body.length);
    source.sent += sent.length;
    const whole = hasLength ? body : ReadableStream.from([body]);
    return new Response(sent.length < body.length ? breaksOff(sent) : whole, {
      status: isWanted ? 206 : 200,
      headers: {
        ...eTag === null ? {} : { etag: eTag },
        ...hasParts ? { "accept-ranges": "bytes" } : {},
        ...hasLength ? { "content-length": String(body.length) } : {},
        ...isWanted ? { "content-range": `bytes ${from}-${to - 1}/${bytes.length}` } : {},
        ...headers,
      },
    });
  });
  const source: FakeSource = {
    ...server,
    address: `${server.url}/result`,
    manners,
    next: [],
    sent: 0,
    asked: [],
  };
  return source;
}

function breaksOff(sent: Uint8Array): ReadableStream<Uint8Array> {
  let isFirst = true;
  return new ReadableStream({
    async pull(controller) {
      if (isFirst && sent.length > 0) controller.enqueue(sent);
      else {
        await new Promise((resolve) => setTimeout(resolve, 1)); // what was sent arrives
        controller.error(new Error("broken off"));
      }
      isFirst = false;
    },
  });
}
