/** What Threads says otherwise than the rest of the Graph API. What is not documented follows what public clients see. */
import { badParameter, type GraphError } from "../graph/graph_errors.ts";

/** Also of a container that is still in progress, has expired, or was finished just now. */
export const NOT_FOUND: GraphError = {
  code: 24,
  subcode: 4279009,
  message: "The requested resource does not exist",
  isTransient: false,
  userTitle: "Media Not Found",
  userMessage: "The media with this id cannot be found.",
};

/** In which field the word stands is not documented. */
export const TOO_MANY_LINKS: GraphError = {
  code: 100,
  message: "THREADS_API__LINK_LIMIT_EXCEEDED",
  isTransient: false,
};

/** Of an image, at once; a video's container says a word instead. */
export const NOT_FETCHED: GraphError = {
  code: 1,
  subcode: 2207052,
  message: "An unknown error occurred",
  userMessage: "The media could not be fetched from this URI",
};

/** How many calls an account may make depends on how often it is seen; the code is not documented. */
export const USER_LIMIT: GraphError = { code: 17, message: "(#17) User request limit reached" };

export const POSTING_LIMIT: GraphError = {
  status: 403,
  code: 9,
  subcode: 2207042,
  message: "Application request limit reached",
  userTitle: "Limit reached",
};

export const TEXT_TOO_LONG = badParameter("Param text must be at most 500 characters long.");
