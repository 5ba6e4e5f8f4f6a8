/** How tasks fail. */

/** Why a task failed, in the provider's words. */
export interface Failure {
  readonly failCode: string;
  readonly failMsg: string;
}

/** The samples' failure (kie.md#callbacks). */
export const INTERNAL_ERROR: Failure = { failCode: "500", failMsg: "Internal server error" };
