/** Files that were sent to X: in pieces or in one, processed, and gone after a day. */
import { createHash } from "node:crypto";
import type { ReceivedFile } from "../kit/receive_upload.ts";
import { Snowflakes } from "../kit/snowflake.ts";
import { UploadStore } from "../kit/upload_store.ts";
import { LOOK_BYTES, lookAt } from "../social/media_look.ts";
import type { Person } from "../social/people.ts";
import type { XWorld } from "./x_world.ts";

/** A file's life at X. */
export const MEDIA_LIFE_S = 86_400;

/** Which first bytes each category takes. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  tweet_image: ["image/jpeg", "image/png", "image/webp"],
  tweet_gif: ["image/gif"],
  tweet_video: ["video/mp4", "video/quicktime", "video/webm"],
  amplify_video: ["video/mp4", "video/quicktime", "video/webm"],
};
/** The most that a file of a category may have, in bytes. */
const MOST_BYTES: Readonly<Record<string, number>> = {
  tweet_image: 5 * 1024 ** 2,
  tweet_gif: 15 * 1024 ** 2,
  tweet_video: 512 * 1024 ** 2,
  amplify_video: 512 * 1024 ** 2,
};

/** One file. */
export interface Media {
  readonly id: string;
  readonly owner: Person;
  readonly category: string;
  readonly declaredType: string;
  readonly totalBytes: number;
  /** Indexes of the pieces that came. */
  readonly segments: Set<number>;
  altText: string | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** Once all of it has come. */
  whole?: { sha256: string; type: string; readyAt: number; isFailed: boolean; isSecretlyFailed: boolean };
}

/** Whether X knows a category. */
export function isCategory(category: string): boolean {
  return Object.hasOwn(TAKES, category);
}

/** All files of one simulator. */
export class MediaShelf {
  readonly #ids = new Snowflakes();
  readonly #media = new Map<string, Media>();
  readonly pieces = new UploadStore("x-simulator-");

  constructor(private readonly world: XWorld, private readonly processMs: number) {}

  /** @returns the new file, or what is wrong with it. */
  begin(owner: Person, category: string, declaredType: string, totalBytes: number): Media | string {
    if (!isCategory(category)) return "media_category is required.";
    if (totalBytes < 1 || totalBytes > (MOST_BYTES[category] ?? 0)) return "File size exceeds the limit.";
    const media: Media = {
      id: this.#ids.next(),
      owner,
      category,
      declaredType,
      totalBytes,
      segments: new Set(),
      altText: null,
      expiresAt: this.world.clock.now() + MEDIA_LIFE_S * 1000,
    };
    this.#media.set(media.id, media);
    return media;
  }

  /** The file, where it is this person's and not gone. */
  of(owner: Person, id: string): Media | undefined {
    const media = this.#media.get(id);
    return media?.owner === owner && this.world.clock.now() < media.expiresAt ? media : undefined;
  }

  async append(media: Media, index: number, piece: ReceivedFile): Promise<void> {
    await this.pieces.keep(`${media.id}.${index}`, piece);
    media.segments.add(index);
  }

  /** All pieces have come. @returns what is wrong with them. */
  async finalize(media: Media): Promise<string | undefined> {
    if (media.whole) return undefined;
    const indexes = [...media.segments].sort((one, other) => one - other);
    if (indexes.some((index, at) => index !== at)) return "Segments are missing.";
    const hash = createHash("sha256");
    let head = new Uint8Array();
    let bytes = 0;
    for (const index of indexes) {
      const piece = this.pieces.get(`${media.id}.${index}`);
      if (!piece) return "Segments are missing.";
      for await (const chunk of (await Deno.open(piece.path)).readable) {
        hash.update(chunk);
        bytes += chunk.length;
        if (head.length < LOOK_BYTES) head = concat(head, chunk);
      }
    }
    if (bytes !== media.totalBytes) return "Segments do not add up to provided total file size.";
    for (const index of indexes) await this.pieces.forget(`${media.id}.${index}`);
    return this.#complete(media, hash.digest("hex"), head);
  }

  #complete(media: Media, sha256: string, head: Uint8Array): string | undefined {
    const { type } = lookAt(head);
    const isRight = TAKES[media.category]?.includes(type) ?? false;
    const isSlow = media.category !== "tweet_image";
    if (!isRight && !isSlow) return "media type unrecognized.";
    const { faults, clock } = this.world;
    const texts = [media.owner.username, sha256];
    const slow = faults.take("slow_processing", texts);
    const failing = faults.take("processing_fails", texts);
    const readyAt = clock.now() + (slow?.ms ?? (isSlow ? this.processMs : 0));
    media.whole = {
      sha256,
      type,
      readyAt,
      isFailed: !isRight || (failing !== undefined && failing.said === undefined),
      isSecretlyFailed: failing?.said === "succeeded",
    };
    if (faults.take("media_expires", texts)) media.expiresAt = readyAt + 1;
    return undefined;
  }

  /** Whether a post can have it now. */
  isUsable({ whole }: Media): boolean {
    return whole !== undefined && !whole.isFailed && !whole.isSecretlyFailed &&
      this.world.clock.now() >= whole.readyAt;
  }

  /** What X says of it: `data` of an answer. `state`: another word in place of its state. */
  view(media: Media, state?: string): Record<string, unknown> {
    const { whole, category, totalBytes } = media;
    const now = this.world.clock.now();
    const key = { tweet_image: 3, tweet_gif: 16, tweet_video: 7, amplify_video: 13 }[category] ?? 3;
    return {
      id: media.id,
      media_key: `${key}_${media.id}`,
      ...whole ? { size: totalBytes } : {},
      expires_after_secs: Math.max(0, Math.floor((media.expiresAt - now) / 1000)),
      ...whole && (category !== "tweet_image" || state !== undefined || now < whole.readyAt)
        ? { processing_info: processing(whole, now, this.processMs, state) }
        : {},
    };
  }
}

function processing(
  { readyAt, isFailed }: NonNullable<Media["whole"]>,
  now: number,
  processMs: number,
  state?: string,
): Record<string, unknown> {
  const left = readyAt - now;
  const wait = { check_after_secs: Math.max(1, Math.ceil(left / 1000)) };
  if (state !== undefined) return { state, ...wait };
  if (left > processMs / 2) return { state: "pending", ...wait };
  if (left > 0) {
    return { state: "in_progress", ...wait, progress_percent: Math.max(1, 99 - Math.ceil(left / 100)) };
  }
  if (isFailed) {
    return {
      state: "failed",
      progress_percent: 100,
      error: { code: 1, name: "InvalidMedia", message: "Unsupported video format" },
    };
  }
  return { state: "succeeded", progress_percent: 100 };
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
