/** Files that were sent to LinkedIn: each part to an address of its own, put together, processed. */
import { createHash, randomBytes } from "node:crypto";
import type { ReceivedFile } from "../kit/receive_upload.ts";
import { UploadStore } from "../kit/upload_store.ts";
import { LOOK_BYTES, lookAt } from "../social/media_look.ts";
import type { LinkedInWorld } from "./linkedin_world.ts";

export type MediaKind = "image" | "document" | "video";
export const KINDS: readonly MediaKind[] = ["image", "document", "video"];

/** How long a part's address is good. */
const ADDRESS_LIFE_MS = 24 * 3_600_000;
/** A film's parts; the last is what is left. */
const PART_BYTES = 4 * 1024 * 1024;

/** A part of a file, and what it is called once it is there. */
interface Part {
  readonly from: number;
  /** Not included; null: as long as it comes, of a file that comes in one. */
  readonly to: number | null;
  etag: string | null;
  /** How often it came. */
  puts: number;
}

/** One file. */
export interface Media {
  readonly id: string;
  readonly urn: string;
  readonly kind: MediaKind;
  /** The person or organization that it belongs to. */
  readonly owner: string;
  readonly username: string;
  readonly token: string;
  readonly totalBytes: number | null;
  readonly parts: readonly Part[];
  readonly expiresAt: number;
  isLost: boolean;
  /** Once all of it has come. */
  whole?: {
    sha256: string;
    type: string;
    bytes: number;
    readyAt: number;
    isFailed: boolean;
    isSecretlyFailed: boolean;
  };
}

/** A file as it is shown. */
export interface MediaView {
  readonly urn: string;
  readonly owner: string;
  readonly bytes: number | null;
  /** Parts that there are, and how many came for that. */
  readonly parts: number;
  readonly puts: number;
  /** Null until all of it has come. */
  readonly sha256: string | null;
}

/** All files of one simulator. */
export class MediaShelf {
  readonly #media = new Map<string, Media>();
  readonly pieces = new UploadStore("linkedin-simulator-");

  constructor(readonly world: LinkedInWorld, readonly processMs: number, readonly partBytes = PART_BYTES) {}

  /** Every file that was begun, oldest first. */
  views(): MediaView[] {
    return [...this.#media.values()].map(({ urn, owner, totalBytes, parts, whole }) => ({
      urn,
      owner,
      bytes: whole?.bytes ?? totalBytes,
      parts: parts.length,
      puts: parts.reduce((sum, { puts }) => sum + puts, 0),
      sha256: whole?.sha256 ?? null,
    }));
  }

  begin(kind: MediaKind, owner: string, username: string, totalBytes: number | null): Media {
    const id = `C4${randomBytes(9).toString("base64url").replaceAll(/[-_]/g, "x")}`;
    const size = totalBytes ?? 1;
    const count = kind === "video" ? Math.ceil(size / this.partBytes) : 1;
    const lifeMs = this.world.faults.take("upload_expires", [username])?.ms ?? ADDRESS_LIFE_MS;
    const media: Media = {
      id,
      urn: `urn:li:${kind}:${id}`,
      kind,
      owner,
      username,
      token: kind === "video" ? randomBytes(6).toString("hex") : "",
      totalBytes,
      parts: Array.from({ length: count }, (_, n) => ({
        from: n * this.partBytes,
        to: kind === "video" ? Math.min((n + 1) * this.partBytes, size) : null,
        etag: null,
        puts: 0,
      })),
      expiresAt: this.world.clock.now() + lifeMs,
      isLost: false,
    };
    this.#media.set(id, media);
    return media;
  }

  byId(id: string): Media | undefined {
    const media = this.#media.get(id);
    return media?.isLost ? undefined : media;
  }

  byUrn(urn: string): Media | undefined {
    return this.byId(urn.slice(urn.lastIndexOf(":") + 1));
  }

  /** Keeps a part that is as long as it has to be. */
  async keep(media: Media, n: number, piece: ReceivedFile): Promise<string> {
    const part = media.parts[n];
    if (!part) throw new TypeError("no such part");
    await this.pieces.keep(`${media.id}.${n}`, piece);
    part.puts++;
    part.etag = `/ambry-video/signedId/${media.id}-${n}-${piece.sha256.slice(0, 16)}.bin`;
    if (media.kind !== "video") await this.#complete(media);
    return part.etag;
  }

  /** Puts a film together. @returns what is wrong with what is said of it. */
  async finalize(media: Media, token: string, ids: readonly string[]): Promise<string | undefined> {
    if (token !== media.token) return "uploadToken is not the upload's";
    const etags = media.parts.map(({ etag }) => etag);
    if (etags.some((etag) => etag === null)) return "Not all parts were uploaded";
    if (ids.join("\n") !== etags.join("\n")) {
      return "uploadedPartIds are not those of the parts in their order";
    }
    if (!media.whole) await this.#complete(media);
    return undefined;
  }

  async #complete(media: Media): Promise<void> {
    const hash = createHash("sha256");
    let head = new Uint8Array();
    let bytes = 0;
    for (const n of media.parts.keys()) {
      const piece = this.pieces.get(`${media.id}.${n}`);
      if (!piece) throw new TypeError("a part is missing");
      for await (const chunk of (await Deno.open(piece.path)).readable) {
        hash.update(chunk);
        bytes += chunk.length;
        if (head.length < LOOK_BYTES) head = concat(head, chunk);
      }
    }
    for (const n of media.parts.keys()) await this.pieces.forget(`${media.id}.${n}`);
    const sha256 = hash.digest("hex");
    const type = typeOf(head);
    const texts = [media.username, sha256];
    const slow = this.world.faults.take("slow_processing", texts);
    const failing = this.world.faults.take("processing_fails", texts);
    media.whole = {
      sha256,
      type,
      bytes,
      readyAt: this.world.clock.now() + (slow?.ms ?? (media.kind === "image" ? 0 : this.processMs)),
      isFailed: !isRight(media.kind, type, head) || (failing !== undefined && failing.said === undefined),
      isSecretlyFailed: failing?.said === "AVAILABLE",
    };
  }

  /** How a file stands, in LinkedIn's words. */
  statusOf({ whole }: Media): "WAITING_UPLOAD" | "PROCESSING" | "PROCESSING_FAILED" | "AVAILABLE" {
    if (!whole) return "WAITING_UPLOAD";
    if (this.world.clock.now() < whole.readyAt) return "PROCESSING";
    return whole.isFailed ? "PROCESSING_FAILED" : "AVAILABLE";
  }
}

/** What LinkedIn's converters take. */
function isRight(kind: MediaKind, type: string, head: Uint8Array): boolean {
  if (kind === "video") return type === "video/mp4";
  if (kind === "document") {
    return ["application/pdf", "application/zip", "application/x-ole-storage"].includes(type);
  }
  const { size } = lookAt(head);
  return type.startsWith("image/") && type !== "image/webp" &&
    (!size || size.width * size.height <= 36_152_320);
}

function typeOf(head: Uint8Array): string {
  const begin = String.fromCharCode(...head.subarray(0, 8));
  if (begin.startsWith("%PDF-")) return "application/pdf";
  if (begin.startsWith("PK\x03\x04")) return "application/zip";
  if (begin.startsWith("\xd0\xcf\x11\xe0")) return "application/x-ole-storage";
  return lookAt(head).type;
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
