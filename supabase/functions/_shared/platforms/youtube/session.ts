/**
 * An upload session: YouTube takes a video in pieces under an address of its own, remembers how far it has come, and has
 * the video once the last byte is there. One fact says all that is known of it, so that whoever goes on knows it too.
 */
import { z } from "zod";
import { invalidInput } from "../kit/misconfigured.ts";
import { type PlatformApp, PlatformError, type PublicationWork } from "../platform.ts";
import { apiOf } from "./address.ts";

/** The name of the fact. */
export const SESSION = "session";
/** A session that is lost is begun anew so often at the most, for each costs one of the day's. */
export const MOST_SESSIONS = 3;
/** Answers in a row after which YouTube has no more of the video than before. */
export const MOST_STALLS = 6;

/** Pieces are multiples of this, all but the last. */
const UNIT_BYTES = 256 * 1024;
const PIECE_BYTES = { default: 32 * UNIT_BYTES, max: 256 * UNIT_BYTES };
/** Google keeps a session for about a week; a day less. */
const LIFE_MS = 6 * 86_400_000;

const session = z.object({
  /** Where its pieces are sent; null: it is to be begun. */
  uri: z.string().nullable(),
  /** Of the whole video, and of what YouTube is known to have of it. */
  bytes: z.number().int().positive(),
  sent: z.number().int().nonnegative(),
  /** When the first of this publication's sessions was begun, and this one, ISO 8601. */
  first_at: z.string(),
  begun_at: z.string(),
  /** Which session this is, from 1. */
  session: z.number().int().positive(),
  /** Answers in a row that brought nothing. */
  stalls: z.number().int().nonnegative(),
});
export type Session = z.infer<typeof session>;
/** A session that was begun. */
export type OpenSession = Session & { uri: string };

/** What is known of the session of a video of `bytes` bytes (left out: of any); null: nothing. */
export function sessionOf({ facts }: Pick<PublicationWork, "facts">, bytes?: number): Session | null {
  const { data } = session.safeParse(facts[SESSION]);
  return data && (bytes === undefined || data.bytes === bytes) ? data : null;
}

/** The same where it was begun. */
export function openSessionOf(work: Pick<PublicationWork, "facts">, bytes?: number): OpenSession | null {
  const known = sessionOf(work, bytes);
  return known !== null && known.uri !== null ? { ...known, uri: known.uri } : null;
}

/** Until when it is relied on, ISO 8601. */
export function goodUntil({ begun_at }: Pick<Session, "begun_at">): string {
  return new Date(Date.parse(begun_at) + LIFE_MS).toISOString();
}

/** What is known of a session that is to be begun anew. Throws PlatformError where it was so often enough. */
export function anew(lost: Session): Session {
  if (lost.session >= MOST_SESSIONS) {
    throw invalidInput("YouTube has lost the upload again and again", "upload_session_lost");
  }
  return { ...lost, uri: null, sent: 0, stalls: 0, session: lost.session + 1 };
}

/** How long pieces are: the app's `chunk_bytes`, in whole units; else 8 MiB. */
export function pieceBytesOf({ settings }: Pick<PlatformApp, "settings">): number {
  const given = settings.chunk_bytes;
  if (typeof given !== "number" || !Number.isFinite(given)) return PIECE_BYTES.default;
  return Math.min(Math.max(Math.floor(given / UNIT_BYTES), 1) * UNIT_BYTES, PIECE_BYTES.max);
}

/** Where the piece that is next ends; null: it is the last, and the commit's. */
export function nextEnd({ sent, bytes }: Pick<Session, "sent" | "bytes">, pieceBytes: number): number | null {
  return bytes - sent > pieceBytes ? sent + pieceBytes : null;
}

/**
 * A session's address, checked: an access is sent there. Throws PlatformError for one that is neither where the app's API is
 * nor Google's own.
 */
export function sessionAddress(app: PlatformApp, uri: string): string {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  const isAtApi = url !== null && url.origin === new URL(apiOf(app)).origin;
  const isGoogles = url?.protocol === "https:" && url.port === "" &&
    (url.hostname === "googleapis.com" || url.hostname.endsWith(".googleapis.com"));
  if (!url || !(isAtApi || isGoogles) || url.username !== "" || url.password !== "") {
    throw new PlatformError({
      class: "backoff",
      scope: "publication",
      code: "malformed_answer",
      message: "YouTube named an address for the upload that is not its own",
    });
  }
  return url.href;
}

/** The secret part of the address: whoever has it may upload. */
export function secretOf(uri: string): string | null {
  return new URL(uri).searchParams.get("upload_id");
}
