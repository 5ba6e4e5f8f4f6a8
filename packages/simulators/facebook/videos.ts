/** Videos: begun, fetched from where their senders say they are, processed, and published when somebody asks for that. */
import { pause } from "../kit/pause.ts";
import type { PostMedia } from "../social/books.ts";
import { lookAt } from "../social/media_look.ts";
import type { VideoFault } from "./faults.ts";
import { type Download, fetchVideo } from "./fetch_video.ts";
import { mp4Size } from "./mp4_size.ts";
import type { FacebookWorld } from "./facebook_world.ts";

const LIFE_MS = 86_400_000;

export type VideoKind = "video" | "reel" | "story";

/** One video. */
export interface Video {
  readonly id: string;
  readonly kind: VideoKind;
  readonly page: string;
  /** Of whoever begins it, for rules. */
  readonly owner: string;
  expiresAt: number;
  readonly download: Download;
  uploading: "not_started" | "in_progress" | "complete" | "error";
  media: PostMedia | null;
  isUpright: boolean;
  address: string | null;
  /** Milliseconds since 1970; Infinity: it has not begun to be processed. */
  readyAt: number;
  /** Why it cannot be used. */
  failure: string | null;
  /** Said to be complete, and fails when it is published. */
  secretFailure: string | null;
  staysDraft: boolean;
  /** When it was asked to be published; null: not yet. */
  finishedAt: number | null;
  text: string;
  title: string;
}

/** A video as it is shown. */
export interface VideoView extends Download {
  readonly id: string;
  readonly kind: VideoKind;
  readonly page: string;
  readonly address: string | null;
  readonly uploading: Video["uploading"];
  readonly isPublished: boolean;
  readonly isDraft: boolean;
}

/** All videos of one simulator. */
export class Videos {
  readonly #videos = new Map<string, Video>();
  readonly #fetches = new Set<Promise<void>>();

  constructor(private readonly world: FacebookWorld, private readonly processMs: number) {}

  get(id: string): Video | undefined {
    return this.#videos.get(id);
  }

  begin(kind: VideoKind, page: string, owner: string): Video {
    const video: Video = {
      id: `9${String(Date.now()).slice(-9)}${String(this.#videos.size + 1).padStart(5, "0")}`,
      kind,
      page,
      owner,
      expiresAt: this.world.clock.now() + LIFE_MS,
      download: { fetches: 0, bytes: 0 },
      uploading: "not_started",
      media: null,
      isUpright: false,
      address: null,
      readyAt: Infinity,
      failure: null,
      secretFailure: null,
      staysDraft: false,
      finishedAt: null,
      text: "",
      title: "",
    };
    this.#videos.set(video.id, video);
    return video;
  }

  /** What `contains` of a rule is compared with. */
  textsOf({ owner, address, media, text, title }: Video): string[] {
    return [text, title, address ?? "", media?.sha256 ?? "", owner].filter((one) => one !== "");
  }

  /** Fetches its file. Resolves when all of it is there, or cannot be had; at once where the download is slow. */
  async fetch(video: Video, address: string): Promise<void> {
    video.address = address;
    video.uploading = "in_progress";
    const slow = this.world.faults.take("slow_download", this.textsOf(video));
    const fetching = this.#fill(video, slow?.ms ?? 0).finally(() => this.#fetches.delete(fetching));
    this.#fetches.add(fetching);
    if (!slow) await fetching;
  }

  async #fill(video: Video, delayMs: number): Promise<void> {
    const { faults, closing } = this.world;
    if (delayMs > 0) await pause(delayMs, closing).catch(() => {});
    if (closing.aborted) return;
    const fetched = await fetchVideo(
      video.address ?? "",
      video.download,
      closing,
      () => faults.take("download_breaks", this.textsOf(video))?.bytes,
    );
    if (!fetched) {
      video.uploading = "error";
      return;
    }
    const { type } = lookAt(fetched.head);
    const size = mp4Size(fetched.head);
    video.media = { sha256: fetched.sha256, bytes: fetched.bytes, type, altText: null };
    video.isUpright = size !== undefined && size.height > size.width;
    if (type !== "video/mp4" && type !== "video/quicktime") video.failure = "Unsupported video format";
    video.uploading = "complete";
    this.#process(video);
  }

  /** Begins to process it; faults that are told by its text strike when it is published. */
  #process(video: Video): void {
    const taken = this.#take(video);
    video.readyAt = this.world.clock.now() + (taken.slow_processing?.ms ?? this.processMs);
  }

  #take(video: Video) {
    const texts = this.textsOf(video);
    const { faults } = this.world;
    const fails = faults.take("processing_fails", texts);
    const why = fails?.message ?? "The video could not be processed.";
    if (fails?.said) video.secretFailure = why;
    else if (fails) video.failure ??= why;
    if (faults.take("stays_draft", texts)) video.staysDraft = true;
    return { slow_processing: faults.take("slow_processing", texts) } satisfies Partial<
      Record<VideoFault["kind"], VideoFault | undefined>
    >;
  }

  /** It is to be published. @returns when everybody sees it, milliseconds since 1970; null: nobody ever will. */
  finish(video: Video, { text, title }: { text: string; title: string }): number | null {
    const now = this.world.clock.now();
    video.text = text;
    video.title = title;
    const { slow_processing } = this.#take(video);
    if (slow_processing) video.readyAt = now + slow_processing.ms;
    video.failure ??= video.secretFailure;
    video.finishedAt = now;
    return video.failure !== null || this.isDraft(video) ? null : Math.max(video.readyAt, now);
  }

  /** Upright ones belong to reels: as a video of the feed they stay a draft. */
  isDraft({ kind, isUpright, staysDraft }: Video): boolean {
    return staysDraft || (kind === "video" && isUpright);
  }

  isExpired({ finishedAt, expiresAt }: Video): boolean {
    return finishedAt === null && this.world.clock.now() >= expiresAt;
  }

  /** Every video that was begun, oldest first. */
  views(): VideoView[] {
    return [...this.#videos.values()].map((video) => ({
      ...video.download,
      id: video.id,
      kind: video.kind,
      page: video.page,
      address: video.address,
      uploading: video.uploading,
      isPublished: video.finishedAt !== null && video.failure === null && !this.isDraft(video),
      isDraft: video.finishedAt !== null && this.isDraft(video),
    }));
  }

  /** Waits until nothing is fetched any more, or is let go of. */
  async close(): Promise<void> {
    await Promise.all(this.#fetches);
  }
}
