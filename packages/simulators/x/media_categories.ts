/** What kinds of files X takes. */

/** One kind. */
export interface MediaCategory {
  /** What its first bytes may say that it is. */
  readonly takes: readonly string[];
  readonly mostBytes: number;
  /** How the keys of its files begin. */
  readonly key: number;
  /** Whether it is processed after it has come. */
  readonly isProcessed: boolean;
}

const MIB = 1024 ** 2;
const VIDEO: MediaCategory = {
  takes: ["video/mp4", "video/quicktime", "video/webm"],
  mostBytes: 512 * MIB,
  key: 7,
  isProcessed: true,
};

/** All of them, by the name in `media_category`. */
export const CATEGORIES: Readonly<Record<string, MediaCategory>> = {
  tweet_image: {
    takes: ["image/jpeg", "image/png", "image/webp"],
    mostBytes: 5 * MIB,
    key: 3,
    isProcessed: false,
  },
  tweet_gif: { takes: ["image/gif"], mostBytes: 15 * MIB, key: 16, isProcessed: true },
  tweet_video: VIDEO,
  amplify_video: { ...VIDEO, key: 13 },
};
