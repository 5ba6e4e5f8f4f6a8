/** Videos that are there: what was said of each, and how it is processed. */
import { randomBytes } from "node:crypto";
import type { Channel } from "./channels.ts";
import type { YouTubeWorld } from "./youtube_world.ts";

/** What a video was begun with. */
export interface Wish {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly categoryId: string;
  /** Public where nothing was said. */
  readonly privacy: "public" | "unlisted" | "private";
  readonly madeForKids: boolean;
  readonly synthetic: boolean;
  readonly notifySubscribers: boolean;
  readonly language: string | null;
  readonly license: string;
  readonly embeddable: boolean;
}

/** A video. */
export interface Video {
  readonly id: string;
  readonly channel: Channel;
  readonly wish: Wish;
  readonly at: number;
  readonly readyAt: number;
  /** Why nothing comes of it. */
  failing: { as: "failed" | "rejected"; reason: string; said: boolean } | null;
  thumbnail: { sha256: string; type: string; times: number } | null;
  /** Reads show it from then on, milliseconds since 1970. */
  readonly visibleAt: number;
}

/** A video as it is shown to tests. */
export interface VideoView extends Wish {
  readonly id: string;
  readonly username: string;
  readonly uploadStatus: string;
  readonly thumbnail: Video["thumbnail"];
}

/** All videos of one simulator. */
export class Videos {
  readonly #videos = new Map<string, Video>();

  constructor(readonly world: YouTubeWorld, readonly processMs: number) {}

  /** Makes one. `isVideo`: by its first bytes. */
  make(
    channel: Channel,
    wish: Wish,
    { texts, isVideo, lagMs }: { texts: readonly string[]; isVideo: boolean; lagMs: number },
  ): Video {
    const { faults, clock } = this.world;
    const slow = faults.take("slow_processing", texts);
    const fails = faults.take("processing_fails", texts);
    const as = fails?.as ?? "failed";
    const now = clock.now();
    const video: Video = {
      id: randomBytes(8).toString("base64url"),
      channel,
      wish,
      at: now,
      readyAt: now + (slow?.ms ?? this.processMs),
      failing: fails
        ? {
          as,
          reason: fails.reason ?? (as === "failed" ? "codec" : "copyright"),
          said: fails.said === "processed",
        }
        : isVideo
        ? null
        : { as: "failed", reason: "invalidFile", said: false },
      thumbnail: null,
      visibleAt: now + lagMs,
    };
    this.#videos.set(video.id, video);
    return video;
  }

  of(id: string): Video | undefined {
    return this.#videos.get(id);
  }

  /** The video where reads show it. */
  visible(id: string): Video | undefined {
    const video = this.#videos.get(id);
    return video && this.world.clock.now() >= video.visibleAt ? video : undefined;
  }

  /** What reads show of a channel, newest first. */
  visibleOf(channel: Channel): Video[] {
    return [...this.#videos.values()]
      .filter((video) => video.channel.id === channel.id && this.world.clock.now() >= video.visibleAt)
      .toReversed();
  }

  /** Its state as a read tells it. */
  read(video: Video): { uploadStatus: string; failureReason?: string; rejectionReason?: string } {
    const { failing, readyAt } = video;
    if (this.world.clock.now() < readyAt) return { uploadStatus: "uploaded" };
    if (failing === null) return { uploadStatus: "processed" };
    if (failing.said) {
      video.failing = { ...failing, said: false };
      return { uploadStatus: "processed" };
    }
    return failing.as === "failed"
      ? { uploadStatus: "failed", failureReason: failing.reason }
      : { uploadStatus: "rejected", rejectionReason: failing.reason };
  }

  views(): VideoView[] {
    return [...this.#videos.values()].map((video) => ({
      ...video.wish,
      id: video.id,
      username: video.channel.person.username,
      uploadStatus: this.world.clock.now() < video.readyAt
        ? "uploaded"
        : video.failing === null || video.failing.said
        ? "processed"
        : video.failing.as,
      thumbnail: video.thumbnail,
    }));
  }
}
