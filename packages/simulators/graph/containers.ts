/** Containers: what is to be published, fetched and processed first, and gone after a day. */
import type { FaultBook } from "../kit/fault_rules.ts";
import { pause } from "../kit/pause.ts";
import type { App } from "../social/apps.ts";
import type { PostMedia } from "../social/books.ts";
import type { SocialWorld } from "../social/world.ts";
import type { ContainerFault } from "./container_faults.ts";
import { type Fetched, fetchMedia } from "./fetch_media.ts";
import type { GraphError } from "./graph_errors.ts";
import type { Account } from "./pages.ts";

/** A container's life in milliseconds. */
const LIFE_MS = 86_400_000;

export type StatusCode = "IN_PROGRESS" | "FINISHED" | "PUBLISHED" | "ERROR" | "EXPIRED";

/** Why a container came to nothing. */
export interface ContainerFailure extends GraphError {
  /** The platform's word for it, where containers say one. */
  readonly word?: string;
}

/** What a container is made of. */
export interface Wish {
  readonly account: Account;
  readonly app: App;
  /** The platform's word. */
  readonly mediaType: string;
  readonly caption: string;
  readonly altText: string | null;
  /** Where the media are; null for what has none of its own. */
  readonly address: string | null;
  readonly isVideo: boolean;
  readonly isCarouselItem: boolean;
  readonly children: readonly Container[];
  /** What `contains` of a fault rule is compared with. */
  readonly texts: readonly string[];
  /** What else was asked for, by the platform's names. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** One container. */
export interface Container extends Wish {
  readonly id: string;
  readonly createdAt: Date;
  expiresAt: number;
  /** Milliseconds since 1970; Infinity: its media are not there yet. */
  readyAt: number;
  media: readonly PostMedia[];
  failure: ContainerFailure | null;
  /** Said FINISHED, and cannot be published. */
  secretFailure: ContainerFailure | null;
  /** The post that it became. */
  postId: string | null;
  readonly faults: Readonly<Partial<Record<string, ContainerFault>>>;
}

/** A container as it is shown. */
export interface ContainerView {
  readonly id: string;
  readonly username: string;
  readonly mediaType: string;
  readonly isCarouselItem: boolean;
  readonly caption: string;
  readonly address: string | null;
  readonly children: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly status: StatusCode;
  readonly postId: string | null;
  readonly createdAt: Date;
}

/** What differs between platforms. */
export interface ContainerKinds {
  /** The kinds of faults that a container carries from its making on. */
  readonly faults: readonly string[];
  /** Why media could not be had. */
  notHad(wish: Wish, why: "timeOut" | "notFetched"): ContainerFailure;
  /** What it has against media that it could fetch. */
  wrongWith(wish: Wish, fetched: Fetched): ContainerFailure | undefined;
  /** The failure that a fault has in mind. */
  failureOf(fault: ContainerFault): ContainerFailure;
}

/** How long things take, in milliseconds. */
export interface ContainerTimes {
  readonly processMs: number;
  readonly fetchMs: number;
}

/** All containers of one simulator. */
export class Containers<Fault extends { kind: string }> {
  readonly #containers = new Map<string, Container>();
  readonly #fetches = new Set<Promise<void>>();
  #next = 1;

  constructor(
    private readonly world: SocialWorld<Fault>,
    private readonly kinds: ContainerKinds,
    private readonly times: ContainerTimes,
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
      faults: this.#faultsOf(wish),
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
        settings: container.settings ?? {},
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

  #faultsOf({ texts }: Wish): Container["faults"] {
    // The book holds every fault of this platform; those asked for are of the kinds that containers carry.
    const book = this.world.faults as unknown as FaultBook<ContainerFault>;
    const taken = this.kinds.faults.map((kind) => [kind, book.take(kind, texts)] as const);
    return Object.fromEntries(taken.filter(([, fault]) => fault));
  }

  async #fill(container: Container): Promise<void> {
    const { address, faults, children } = container;
    const { slow_download } = faults;
    if (slow_download) await pause(slow_download.ms ?? 0, this.world.closing).catch(() => {});
    if (this.world.closing.aborted) return;
    if (address === null) {
      container.media = children.flatMap(({ media }) => media);
      // What a carousel says of an item that failed is not documented: here it ends as the item did.
      container.failure = children.find(({ failure }) => failure !== null)?.failure ?? null;
    } else {
      const fetched = await fetchMedia(address, this.times.fetchMs, this.world.closing);
      if (typeof fetched === "string") container.failure = this.kinds.notHad(container, fetched);
      else {
        container.media = [{
          sha256: fetched.sha256,
          bytes: fetched.bytes,
          type: fetched.type,
          altText: container.altText,
        }];
        container.failure = this.kinds.wrongWith(container, fetched) ?? null;
      }
    }
    this.#process(container);
  }

  #process(container: Container): void {
    const { slow_processing, processing_fails, carousel_fails, container_expires } = container.faults;
    container.readyAt = this.world.clock.now() + (slow_processing?.ms ?? this.times.processMs);
    const failing = container.children.length > 0 ? carousel_fails ?? processing_fails : processing_fails;
    if (failing) {
      const failure = this.kinds.failureOf(failing);
      if (failing.said) container.secretFailure = failure;
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
