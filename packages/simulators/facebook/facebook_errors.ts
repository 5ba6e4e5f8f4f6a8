/** Errors that pages have, besides those of the whole graph. */
import type { GraphError } from "../graph/graph_errors.ts";

export const PHOTO_ERRORS = {
  notFetched: { code: 324, subcode: 2069019, message: "Missing or invalid image file" },
  tooLarge: {
    code: 1,
    subcode: 1366046,
    message: "Your photos couldn't be uploaded. Photos should be smaller than 4 MB.",
  },
  spent: { code: 1, subcode: 1366051, message: "These photos were already posted." },
} as const satisfies Readonly<Record<string, GraphError>>;

export const VIDEO_ERRORS = {
  notFetched: { code: 389, message: "Unable to fetch video file from URL." },
  format: { code: 352, subcode: 1363024, message: "Unsupported Video Format" },
  noBytes: {
    code: 6000,
    message: "There was a problem uploading your video file. Please try again with another file.",
  },
} as const satisfies Readonly<Record<string, GraphError>>;

export const DUPLICATE: GraphError = { status: 400, code: 506, message: "Duplicate status message" };
export const EMPTY: GraphError = {
  code: 197,
  message: "The post is empty. Please enter a message to share.",
};
export const BAD_LINK: GraphError = { code: 1609005, message: "The link could not be fetched." };
export const BLOCKED: GraphError = {
  status: 403,
  code: 368,
  message: "The action attempted has been deemed abusive or is otherwise disallowed",
};
/** How many calls of a page there may be: HTTP 400 all the same. */
export const PAGE_LIMIT: GraphError = { code: 32, message: "(#32) Page request limit reached" };
export const REELS_LIMIT: GraphError = {
  code: 613,
  message: "(#613) Calls to this api have exceeded the rate limit.",
};
/** A page is published to with its own token. */
export const NO_PAGE_TOKEN: GraphError = {
  status: 401,
  code: 190,
  subcode: 2069032,
  message: "User Access Token Is Not Supported: a Page access token is required for this call",
};

/** A task that the person does not have on the page. */
export function noTask(task: string): GraphError {
  return { status: 403, code: 200, message: `(#200) The user does not have the ${task} task on this page` };
}
