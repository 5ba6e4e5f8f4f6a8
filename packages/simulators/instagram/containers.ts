/** Media containers: what is to be published, fetched and processed first, and gone after a day. */
import { pause } from "../kit/pause.ts";
import type { App } from "../social/apps.ts";
import type { PostMedia } from "../social/books.ts";
import type { ContainerFault } from "./faults.ts";
import { type Fetched, fetchMedia } from "../graph/fetch_media.ts";
import { type GraphError, MEDIA_ERRORS, type MediaError } from "../graph/graph_errors.ts";
import type { Account } from "../graph/pages.ts";
import type { InstagramWorld } from "./instagram_world.ts";

/** A container's life in milliseconds. */
const LIFE_MS = 86_400_000;
const MOST_IMAGE_BYTES = 8 * 1024 ** 2;

export type MediaType = "IMAGE" | "VIDEO" | "REELS" | "STORIES" | "CAROUSEL";
export type StatusCode = "IN_PROGRESS" | "FINISHED" | "PUBLISHED" | "ERROR" | "EXPIRED";

/** What a container is made of. */
export interface Wish {
  readonly account: Account;
  readonly app: App;
  readonly mediaType: MediaType;
  readonly caption: string;
  readonly altText: string | null;
  /** Where the media are; null for a carousel. */
  readonly address: string | null;
  readonly isVideo: boolean;
  readonly isCarouselItem: boolean;
  readonly children: readonly Container[];
  /** What `contains` of a fault rule is compared with. */
  readonly texts: readonly string[];
}

/** One container. */
export interface Container extends Wish {
  readonly id: string;
  readonly createdAt: Date;
  expiresAt: number;
  /** Milliseconds since 1970; Infinity: its media are not there yet. */
  readyAt: number;
  media: readonly PostMedia[];
  failure: GraphError | null;
  /** Said FINISHED, and cannot be published. */
  secretFailure: GraphError | null;
  /** The post that it became. */
  postId: string | null;
  readonly faults: { readonly [Kind in ContainerFault["kind"]]?: Extract<ContainerFault, { kind: Kind }> };
}

/** A container as it is shown. */
export interface ContainerView {
  readonly id: string;
  readonly username: string;
  readonly mediaType: MediaType;
  readonly isCarouselItem: boolean;
  readonly caption: string;
  readonly address: string | null;
  readonly children: readonly string[];
  readonly status: StatusCode;
  readonly postId: string | null;
  readonly createdAt: Date;
}

const FAULT_KINDS = [
  "slow_processing",
  "slow_download",
  "processing_fails",
  "container_expires",
  "carousel_fails",
] as const satisfies readonly ContainerFault["kind"][];

/** All containers of one simulator. */
export class Containers {
  readonly #containers = new Map<string, Container>();
  readonly #fetches = new Set<Promise<void>>();
  #next = 1;

  constructor(
    private readonly world: InstagramWorld,
    private readonly processMs: number,
    private readonly fetchMs: number,
  ) {}

  get(id: string): Container | undefined {
    return this.#containers.get(id);
  }

  /** Makes a container and begins to fetch its media. Images are there before the answer; videos come later. */
  async make(wish: Wish): Promise<Container> {
    const { world: { clock } } = this;
    const container: Container = {
      ...wish,
      id: `1789${String(Date.now()).slice(-9)}${String(this.#next++).padStart(5, "0")}`,
      createdAt: clock.date(),
      expiresAt: clock.now() + LIFE_MS,
      readyAt: Infinity,
      media: [],
      failure: null,
      secretFailure: null,
      postId: null,
      faults: Object.fromEntries(
        FAULT_KINDS.map((kind) => [kind, this.world.faults.take(kind, wish.texts)]).filter(([, fault]) =>
          fault
        ),
      ),
    };
    this.#containers.set(container.id, container);
    const fetching = this.#fill(container).finally(() => this.#fetches.delete(fetching));
    this.#fetches.add(fetching);
    if (!container.isVideo && !container.faults.slow_download) await fetching;
    return container;
  }

  /** Every container that was made, oldest first. */
  views(): ContainerView[] {
    return [...this.#containers.values()].map((container) => {
      const { id, account, mediaType, isCarouselItem, caption, address, children, postId, createdAt } =
        container;
      return {
        id,
        username: account.username,
        mediaType,
        isCarouselItem,
        caption,
        address,
        children: children.map(({ id }) => id),
        status: this.statusOf(container),
        postId,
        createdAt,
      };
    });
  }

  /** Waits until nothing is fetched any more, or is let go of. */
  async close(): Promise<void> {
    await Promise.all(this.#fetches);
  }

  async #fill(container: Container): Promise<void> {
    const { address, faults, children } = container;
    if (faults.slow_download) await pause(faults.slow_download.ms, this.world.closing).catch(() => {});
    if (this.world.closing.aborted) return;
    if (address === null) {
      container.media = children.flatMap(({ media }) => media);
      // What a carousel says of an item that failed is not documented: here it ends as the item did.
      container.failure = children.find(({ failure }) => failure !== null)?.failure ?? null;
    } else {
      const fetched = await fetchMedia(address, this.fetchMs, this.world.closing);
      if (typeof fetched === "string") container.failure = MEDIA_ERRORS[fetched];
      else {
        container.media = [{
          sha256: fetched.sha256,
          bytes: fetched.bytes,
          type: fetched.type,
          altText: container.altText,
        }];
        const wrong = wrongWith(container, fetched);
        if (wrong) container.failure = MEDIA_ERRORS[wrong];
      }
    }
    this.#process(container);
  }

  #process(container: Container): void {
    const { faults, address } = container;
    const { slow_processing, processing_fails, carousel_fails, container_expires } = faults;
    container.readyAt = this.world.clock.now() + (slow_processing?.ms ?? this.processMs);
    const failing = address === null ? carousel_fails ?? processing_fails : processing_fails;
    if (failing) {
      const failure: GraphError = {
        ...MEDIA_ERRORS.upload,
        subcode: failing.subcode ?? MEDIA_ERRORS.upload.subcode,
      };
      if (failing.kind === "processing_fails" && failing.said) container.secretFailure = failure;
      else container.failure ??= failure;
    }
    if (container_expires) container.expiresAt = container.readyAt + (container_expires.ms ?? 0);
  }

  /** Where a container is now. */
  statusOf({ postId, failure, readyAt, expiresAt }: Container): StatusCode {
    if (postId !== null) return "PUBLISHED";
    const now = this.world.clock.now();
    if (now >= expiresAt) return "EXPIRED";
    if (now < readyAt) return "IN_PROGRESS";
    return failure ? "ERROR" : "FINISHED";
  }
}

/** What Instagram has against media that it could fetch. */
function wrongWith(
  { isVideo, mediaType }: Container,
  { type, bytes, size }: Fetched,
): MediaError | undefined {
  if (isVideo) return type === "video/mp4" || type === "video/quicktime" ? undefined : "videoFormat";
  if (type !== "image/jpeg") return "imageFormat";
  if (bytes > MOST_IMAGE_BYTES) return "imageSize";
  if (!size || mediaType === "STORIES") return undefined;
  const aspect = size.width / size.height;
  return aspect < 0.8 - 0.005 || aspect > 1.91 + 0.005 ? "aspect" : undefined;
}
