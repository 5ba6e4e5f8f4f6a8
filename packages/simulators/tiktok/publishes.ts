/** Posts on their way: begun, handed in or fetched, processed, moderated. Each has a name of its own from its first moment. */
import { createHash, type Hash } from "node:crypto";
import { Snowflakes } from "../kit/snowflake.ts";
import type { Commit } from "../social/books.ts";
import { LOOK_BYTES, lookAt } from "../social/media_look.ts";
import type { Person } from "../social/people.ts";
import type { PostMedia } from "../social/books.ts";
import type { TikTokWorld } from "./tiktok_world.ts";

/** An upload's address is good for so long. */
const UPLOAD_LIFE_MS = 3_600_000;

/** What a post was begun with. */
export interface Wish {
  readonly person: Person;
  /** Of the app that asks. */
  readonly clientId: string;
  readonly kind: "video" | "photo";
  readonly isDraft: boolean;
  readonly text: string;
  /** Null: a draft. */
  readonly privacy: string | null;
}

/** A file that is handed in. */
export interface Upload {
  readonly token: string;
  readonly total: number;
  readonly chunk: number;
  readonly count: number;
  received: number;
  readonly hash: Hash;
  head: Uint8Array<ArrayBuffer>;
  /** Parts that came whole, by where they begin: how often each did. */
  readonly puts: Map<number, number>;
  readonly goodUntil: number;
  /** From so many bytes on every part is answered with this status. */
  readonly end: { after: number; status: number } | null;
}

/** One post. */
export interface Publish extends Wish {
  readonly id: string;
  readonly postId: string;
  readonly upload: Upload | null;
  /** Once it was taken; milliseconds since 1970. */
  taken?: {
    /** Reads show it from then on. */
    shownAt: number;
    /** Infinity while photos are fetched. */
    readyAt: number;
    moderatedAt: number;
    failReason: string | null;
    /** The status says PUBLISH_COMPLETE that often before it says that it failed. */
    falsehoods: number;
  };
}

/** An upload as it is shown. */
export interface UploadView {
  readonly publishId: string;
  readonly username: string;
  readonly total: number;
  readonly received: number;
  readonly parts: readonly { from: number; times: number }[];
}

/** All posts of one simulator. */
export class Publishes {
  readonly #publishes = new Map<string, Publish>();
  readonly #byToken = new Map<string, Publish>();
  readonly #ids = new Snowflakes();

  constructor(
    private readonly world: TikTokWorld,
    private readonly processMs: number,
    private readonly moderateMs: number,
  ) {}

  /** Every file that was begun, oldest first. */
  uploads(): UploadView[] {
    return [...this.#publishes.values()].flatMap(({ id, person, upload }) =>
      upload === null ? [] : [{
        publishId: id,
        username: person.username,
        total: upload.total,
        received: upload.received,
        parts: [...upload.puts].map(([from, times]) => ({ from, times })),
      }]
    );
  }

  begin(wish: Wish, file?: Pick<Upload, "total" | "chunk" | "count">): Publish {
    const postId = this.#ids.next();
    const name = `${wish.kind === "video" ? "v" : "p"}_${wish.isDraft ? "inbox" : "pub"}`;
    const publish: Publish = {
      ...wish,
      id: `${name}_${file ? "file" : "url"}~v2-1.${this.#ids.next()}`,
      postId,
      upload: file ? this.#uploadOf(wish, file) : null,
    };
    this.#publishes.set(publish.id, publish);
    if (publish.upload) this.#byToken.set(publish.upload.token, publish);
    return publish;
  }

  #uploadOf(wish: Wish, file: Pick<Upload, "total" | "chunk" | "count">): Upload {
    const end = this.world.faults.take("upload_expires", textsOf(wish));
    return {
      ...file,
      token: crypto.randomUUID(),
      received: 0,
      hash: createHash("sha256"),
      head: new Uint8Array(),
      puts: new Map(),
      goodUntil: this.world.clock.now() + UPLOAD_LIFE_MS,
      end: end ? { after: end.after ?? 0, status: end.status ?? 403 } : null,
    };
  }

  get(id: string): Publish | undefined {
    return this.#publishes.get(id);
  }

  byToken(token: string): Publish | undefined {
    return this.#byToken.get(token);
  }

  /** TikTok has it whole, or fetches it. @param failReason it is known by now that nothing comes of it. */
  take(publish: Publish, texts: readonly string[], failReason: string | null): void {
    const { faults, clock } = this.world;
    const slow = faults.take("slow_processing", texts);
    const moderation = faults.take("slow_moderation", texts);
    const failing = failReason === null ? faults.take("processing_fails", texts) : undefined;
    const now = clock.now();
    const readyAt = now + (slow?.ms ?? this.processMs);
    publish.taken = {
      shownAt: now + this.world.lagOf(texts),
      readyAt,
      moderatedAt: readyAt + (moderation?.ms ?? this.moderateMs),
      failReason: failReason ?? (failing ? failing.reason ?? "file_format_check_failed" : null),
      falsehoods: failing?.said === undefined ? 0 : 1,
    };
  }

  /** Enters it among the posts, unless it fails. A draft is one that its creator has to finish. */
  enter(publish: Publish, commit: Commit, media: readonly PostMedia[]): void {
    const { person: { id, username }, kind, isDraft, text, postId } = publish;
    if (publish.taken?.failReason !== null) return;
    this.world.books.post(commit, {
      id: postId,
      kind: isDraft ? `${kind}_draft` : kind,
      account: id,
      username,
      text,
      media,
      permalink: `https://www.tiktok.com/@${username}/${kind}/${postId}`,
    });
  }

  /** The data of an answer about it. */
  statusOf(publish: Publish): { data: Record<string, unknown>; ids: string[] } {
    const { upload, taken, kind, isDraft, privacy, postId } = publish;
    const now = this.world.clock.now();
    const isShown = taken !== undefined && now >= taken.shownAt;
    const about = { uploaded_bytes: upload ? bytesShown(upload, isShown) : 0, downloaded_bytes: 0 };
    const nothing = { ...about, fail_reason: "", publicaly_available_post_id: [] as string[] };
    if (!taken || !isShown || now < taken.readyAt) {
      return {
        data: { ...nothing, status: kind === "video" ? "PROCESSING_UPLOAD" : "PROCESSING_DOWNLOAD" },
        ids: [],
      };
    }
    if (taken.failReason !== null && taken.falsehoods-- <= 0) {
      return { data: { ...nothing, status: "FAILED", fail_reason: taken.failReason }, ids: [] };
    }
    if (isDraft) return { data: { ...nothing, status: "SEND_TO_USER_INBOX" }, ids: [] };
    const isNamed = privacy === "PUBLIC_TO_EVERYONE" && now >= taken.moderatedAt && taken.failReason === null;
    const ids = isNamed ? [postId] : [];
    return { data: { ...nothing, status: "PUBLISH_COMPLETE", publicaly_available_post_id: ids }, ids };
  }
}

/** What `contains` of a fault rule is compared with. */
export function textsOf({ text, person }: Wish): string[] {
  return [text, person.username];
}

/** Adds a part. @returns the file, where that was the last of it. */
export function addPart(upload: Upload, part: Uint8Array): PostMedia | null {
  upload.hash.update(part);
  if (upload.head.length < LOOK_BYTES) {
    upload.head = new Uint8Array([...upload.head, ...part.subarray(0, LOOK_BYTES - upload.head.length)]);
  }
  upload.received += part.length;
  if (upload.received < upload.total) return null;
  return {
    sha256: upload.hash.copy().digest("hex"),
    bytes: upload.total,
    type: lookAt(upload.head).type,
    altText: null,
  };
}

/** The SHA-256 that a file will have with its last part. */
export function hashWith({ hash }: Upload, part: Uint8Array): string {
  return hash.copy().update(part).digest("hex");
}

function bytesShown({ received, total, chunk, count }: Upload, isShown: boolean): number {
  return received === total && !isShown ? chunk * (count - 1) : received;
}
