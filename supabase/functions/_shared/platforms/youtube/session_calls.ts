/** The calls of an upload session, and what is read of their answers. */
import { z } from "zod";
import { givenId } from "../../providers/kit/fields.ts";
import { callPlatform, type PlatformAnswer, type PlatformCall, prepareCall } from "../kit/platform_call.ts";
import type { PreparedCall } from "../kit/platform_call.ts";
import type { PublicationWork } from "../platform.ts";
import { withAccess } from "./address.ts";
import { type OpenSession, secretOf, sessionAddress } from "./session.ts";

/** A piece takes its time over a slow line. */
const PIECE_TIMEOUT_MS = 120_000;
/** There is no such session any more. */
const GONE: readonly number[] = [404, 410];

type Whose = Pick<PublicationWork, "app" | "accessToken">;

/** What YouTube says of a session. */
export type Heard =
  /** It has this much of the video, and wants the rest. */
  | { is: "open"; sent: number }
  /** It has all of it. `id`: null where the answer does not name the video. */
  | { is: "complete"; id: string | null }
  | { is: "gone" }
  /** Anything else: an error. */
  | { is: "other" };

const video = z.looseObject({ id: givenId });

/** A piece of the video, from one place to another, ready to be sent. Nothing (`from` is the end) asks to finish it. */
export function preparePiece(
  { app, accessToken }: Whose,
  { uri, bytes }: OpenSession,
  { from, piece, contentType, isCommit }: {
    from: number;
    piece: Uint8Array<ArrayBuffer>;
    contentType: string;
    isCommit: boolean;
  },
): PreparedCall {
  const range = piece.length === 0 ? "*" : `${from}-${from + piece.length - 1}`;
  return prepareCall(
    app,
    sessionCall({ app, accessToken }, uri, {
      headers: { "content-type": contentType, "content-range": `bytes ${range}/${bytes}` },
      body: piece,
      timeoutMs: PIECE_TIMEOUT_MS,
      isCommit,
    }),
  );
}

/** Asks how far a session has come: it changes nothing. Throws PlatformError as callPlatform. */
export async function probe(
  whose: Whose,
  { uri, bytes }: OpenSession,
  signal?: AbortSignal,
): Promise<PlatformAnswer> {
  const headers = { "content-range": `bytes */${bytes}` };
  const body = new Uint8Array();
  return await callPlatform(whose.app, sessionCall(whose, uri, { headers, body }), signal);
}

function sessionCall(
  { app, accessToken }: Whose,
  uri: string,
  call: Omit<PlatformCall, "url">,
): PlatformCall {
  const url = sessionAddress(app, uri);
  return withAccess(accessToken, { ...call, url, method: "PUT", secrets: [uri, secretOf(url)] });
}

/** What an answer says of a session of `bytes` bytes. Pure. */
export function heardOf(
  { status, headers, body }: Pick<PlatformAnswer, "status" | "headers" | "body">,
  bytes: number,
): Heard {
  if (status === 308) {
    const sent = keptIn(headers.get("range"));
    return sent === null || sent > bytes ? { is: "other" } : { is: "open", sent };
  }
  if (status === 200 || status === 201) {
    return { is: "complete", id: video.safeParse(body).data?.id ?? null };
  }
  return GONE.includes(status) ? { is: "gone" } : { is: "other" };
}

/** How many bytes a `Range` says are there: none without one. Null: it says something else. */
function keptIn(range: string | null): number | null {
  if (range === null) return 0;
  const last = /^(?:bytes[= ])?0-(\d{1,15})$/.exec(range.trim())?.[1];
  return last === undefined ? null : Number(last) + 1;
}
