/** Files that were sent to X: in pieces or in one, processed, and gone after a day. */
import { createHash } from "node:crypto";
import type { ReceivedFile } from "../kit/receive_upload.ts";
import { Snowflakes } from "../kit/snowflake.ts";
import { UploadStore } from "../kit/upload_store.ts";
import { LOOK_BYTES, lookAt } from "../social/media_look.ts";
import type { Person } from "../social/people.ts";
import { CATEGORIES, type MediaCategory } from "./media_categories.ts";
import type { XWorld } from "./x_world.ts";

/** A file's life at X. */
export const MEDIA_LIFE_S = 86_400;

/** One file. */
export interface Media {
  readonly id: string;
  readonly owner: Person;
  readonly category: string;
  readonly kind: MediaCategory;
  readonly totalBytes: number;
  /** Indexes of the pieces that came. */
  readonly segments: Set<number>;
  /** How many pieces came, those that came again among them. */
  appends: number;
  altText: string | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** Once all of it has come. */
  whole?: { sha256: string; type: string; readyAt: number; isFailed: boolean; isSecretlyFailed: boolean };
}

/** A file as it is shown. */
export interface MediaView {
  readonly id: string;
  readonly username: string;
  readonly category: string;
  readonly totalBytes: number;
  /** Pieces that are there, and how many came for that. */
  readonly segments: number;
  readonly appends: number;
  /** Null until all of it has come. */
  readonly sha256: string | null;
}

/** All files of one simulator. */
export class MediaShelf {
  readonly #ids = new Snowflakes();
  readonly #media = new Map<string, Media>();
  readonly pieces = new UploadStore("x-simulator-");

  /** @param checkAfterS the least that `check_after_secs` says. */
  constructor(
    readonly world: XWorld,
    readonly processMs: number,
    readonly checkAfterS: number,
  ) {}

  /** Every file that was begun, oldest first. */
  views(): MediaView[] {
    return [...this.#media.values()].map(({ id, owner, category, totalBytes, segments, appends, whole }) => ({
      id,
      username: owner.username,
      category,
      totalBytes,
      segments: segments.size,
      appends,
      sha256: whole?.sha256 ?? null,
    }));
  }

  /** @returns the new file, or what is wrong with it. */
  begin(owner: Person, category: string, totalBytes: number): Media | string {
    const kind = Object.hasOwn(CATEGORIES, category) ? CATEGORIES[category] : undefined;
    if (!kind) return "media_category is required.";
    if (totalBytes < 1 || totalBytes > kind.mostBytes) return "File size exceeds the limit.";
    const media: Media = {
      id: this.#ids.next(),
      owner,
      category,
      kind,
      totalBytes,
      segments: new Set(),
      appends: 0,
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
    media.appends++;
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
    const isRight = media.kind.takes.includes(type);
    const isSlow = media.kind.isProcessed;
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
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
