/** Photos that were handed over: nobody sees them before they are in a post or a story. */
import type { PostMedia } from "../social/books.ts";
import { fetchMedia } from "../graph/fetch_media.ts";
import type { GraphError } from "../graph/graph_errors.ts";
import { PHOTO_ERRORS } from "./facebook_errors.ts";
import type { FacebookWorld } from "./facebook_world.ts";

const MOST_BYTES = 4 * 1024 ** 2;
const TYPES: readonly string[] = ["image/jpeg", "image/png", "image/gif"];
const LIFE_MS = 86_400_000;

/** One photo. */
export interface Photo {
  readonly id: string;
  readonly page: string;
  readonly media: PostMedia;
  readonly expiresAt: number;
  /** It is in a post, or a story. */
  isSpent: boolean;
}

/** All photos of one simulator. */
export class Photos {
  readonly #photos = new Map<string, Photo>();

  constructor(private readonly world: FacebookWorld, private readonly fetchMs: number) {}

  /** The photo, where it is the page's and still there. */
  get(id: string, page: string): Photo | undefined {
    const photo = this.#photos.get(id);
    return photo && photo.page === page && this.world.clock.now() < photo.expiresAt ? photo : undefined;
  }

  /** Fetches one. @returns why not, where it is not taken. */
  async take(page: string, address: string, altText: string | null): Promise<Photo | GraphError> {
    const { clock, closing } = this.world;
    if (!URL.canParse(address)) return PHOTO_ERRORS.notFetched;
    const fetched = await fetchMedia(address, this.fetchMs, closing);
    if (typeof fetched === "string") return PHOTO_ERRORS.notFetched;
    if (!TYPES.includes(fetched.type) || fetched.bytes > MOST_BYTES) return PHOTO_ERRORS.tooLarge;
    const photo: Photo = {
      id: `1330${String(Date.now()).slice(-8)}${String(this.#photos.size + 1).padStart(5, "0")}`,
      page,
      media: { sha256: fetched.sha256, bytes: fetched.bytes, type: fetched.type, altText },
      expiresAt: clock.now() + LIFE_MS,
      isSpent: false,
    };
    this.#photos.set(photo.id, photo);
    return photo;
  }
}
