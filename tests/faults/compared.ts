/** What is compared of a screen and the database. */

/** All that is compared of one user. */
export interface Truth {
  /** `id status step version progress` of each, newest first. */
  readonly jobs: readonly string[];
  readonly credits?: number;
  readonly projectVersion?: number;
}

/** As many jobs as a queue loads at once. */
export const LIMIT = 100;
