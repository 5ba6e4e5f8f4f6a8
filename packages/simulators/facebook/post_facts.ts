/** What books do not have of a post. */
export interface PostFacts {
  /** The photos or the video that hang on it, by their ids. */
  readonly attached: readonly string[];
  readonly link: string | null;
  readonly title: string;
  /** Of a story of a video: the id of its post. */
  readonly storyId?: string;
  readonly mediaId?: string;
}
