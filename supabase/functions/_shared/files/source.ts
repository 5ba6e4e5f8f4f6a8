/** Where a result comes from: an address that is read in order, or a stream that came with the provider's own answer. */
import { fetchResult } from "./fetch_result.ts";
import { OutputError, unavailable } from "./output_error.ts";
import { PieceReader } from "./piece_reader.ts";
import { isPart, type Part, rangeHeaders, totalOf, validatorOf } from "./range.ts";

/** A result, opened at `from`. */
export interface Source {
  readonly from: number;
  readonly claimed: string | null;
  /** Bytes of the whole; null: not known. */
  readonly total: number | null;
  /** What the file can be known by later; null: it cannot be gone on with. */
  readonly validator: string | null;
  /** It says that parts of it may be asked for. */
  readonly hasParts: boolean;
  readonly reader: PieceReader;
  close(): Promise<void>;
}

/** The answers of storages and CDNs when an address has had its time. */
const EXPIRED: readonly number[] = [401, 403, 404, 410];

/** Opens a result at its beginning. @throws OutputError, RefusedAddress */
export async function openSource(address: string): Promise<Source> {
  const { response, abort } = await fetchResult(address);
  if (response.status === 200 && response.body) return sourceOf(response, response.body, abort);
  return await refuse(response);
}

/**
 * Opens a part of a result. Where the file has changed, or its server does not know of parts, the answer is the file from
 * its beginning (`from` 0). @throws OutputError, RefusedAddress
 */
export async function openPart(address: string, part: Part): Promise<Source> {
  const { response, abort } = await fetchResult(address, { headers: rangeHeaders(part) });
  if (response.body && (isPart(response, part) || response.status === 200)) {
    return sourceOf(response, response.body, abort, isPart(response, part) ? part.from : 0);
  }
  // 416: it has become shorter; 206 of something else: the server does not know what it says.
  if (response.status === 416 || response.status === 206) {
    await response.body?.cancel();
    return await openSource(address);
  }
  return await refuse(response);
}

/** A result that comes but once. */
export function streamSource(body: ReadableStream<Uint8Array>, claimed: string | null): Source {
  const reader = new PieceReader(body);
  return {
    from: 0,
    claimed,
    total: null,
    validator: null,
    hasParts: false,
    reader,
    close: () => reader.close(),
  };
}

function sourceOf(response: Response, body: ReadableStream<Uint8Array>, abort: () => void, from = 0): Source {
  const reader = new PieceReader(body, { lost: () => unavailable("The result broke off in its middle") });
  const { headers } = response;
  return {
    from,
    claimed: headers.get("content-type"),
    total: totalOf(response),
    validator: validatorOf(headers),
    hasParts: /^bytes$/i.test(headers.get("accept-ranges") ?? ""),
    reader,
    close: async () => {
      abort();
      await reader.close();
    },
  };
}

async function refuse({ status, body }: Response): Promise<never> {
  await body?.cancel();
  if (status === 200) throw unavailable("The result is empty");
  const message = `The result answered HTTP ${status}`;
  throw new OutputError("output_unavailable", message, { isExpired: EXPIRED.includes(status) });
}
