/** Errors as the Graph API words them. What is not documented follows what public clients see. */
import { randomBytes } from "node:crypto";

/** One error. */
export interface GraphError {
  /** HTTP status; default 400. */
  readonly status?: number;
  readonly message: string;
  readonly type?: string;
  readonly code: number;
  readonly subcode?: number;
  readonly isTransient?: boolean;
  readonly userTitle?: string;
  readonly userMessage?: string;
}

/** An error as an answer. */
export function graphError(error: GraphError, headers: HeadersInit = {}): Response {
  const {
    status = 400,
    message,
    type = "OAuthException",
    code,
    subcode,
    isTransient,
    userTitle,
    userMessage,
  } = error;
  const body = {
    error: {
      message,
      type,
      code,
      ...subcode === undefined ? {} : { error_subcode: subcode },
      ...isTransient === undefined ? {} : { is_transient: isTransient },
      ...userTitle === undefined ? {} : { error_user_title: userTitle },
      ...userMessage === undefined ? {} : { error_user_msg: userMessage },
      fbtrace_id: `A${randomBytes(16).toString("base64url")}`,
    },
  };
  const all = new Headers(headers);
  all.set("content-type", "application/json; charset=UTF-8");
  if (code === 190) all.set("www-authenticate", `OAuth "Facebook Platform" "invalid_token" "${message}"`);
  return new Response(JSON.stringify(body), { status, headers: all });
}

/** 190, with what is the matter with the token. */
export function badToken(why: string): GraphError {
  const [subcode, words] = TOKEN_WORDS[why] ?? [467, "The access token is invalid."];
  return { status: 401, code: 190, subcode, message: `Error validating access token: ${words}` };
}

const TOKEN_WORDS: Readonly<Record<string, readonly [number, string]>> = {
  expired: [463, "Session has expired."],
  revoked: [458, "The user has not authorized application."],
  password: [460, "The session has been invalidated because the user changed their password."],
};

export const NO_TOKEN: GraphError = {
  status: 401,
  code: 190,
  message: "Invalid OAuth access token - Cannot parse access token",
};

/** A token that was not granted what the call needs. */
export function noPermission(scope: string): GraphError {
  return {
    status: 403,
    code: 10,
    message: `(#10) Application does not have permission for this action: ${scope}`,
  };
}

/** Something that is not there, or not there yet. */
export function notThere(id: string): GraphError {
  return {
    code: 100,
    subcode: 33,
    type: "GraphMethodException",
    message:
      `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, ` +
      "or does not support this operation.",
  };
}

/** An argument that is wrong. */
export function badParameter(message: string, subcode?: number): GraphError {
  return { code: 100, message: `(#100) ${message}`, ...subcode === undefined ? {} : { subcode } };
}

export const APP_LIMIT: GraphError = {
  status: 403,
  code: 4,
  message: "(#4) Application request limit reached",
};

/** Too many calls of an account: HTTP 400 all the same. */
export const ACCOUNT_LIMIT: GraphError = {
  code: 80002,
  message: "There have been too many calls to this Instagram account. Wait a bit and try again.",
};

export const POSTING_LIMIT: GraphError = {
  status: 403,
  code: 9,
  subcode: 2207042,
  message: "Application request limit reached",
  userTitle: "Limit reached",
  userMessage: "You have reached the maximum number of posts that is allowed by the content publishing API.",
};

/** What becomes of media that cannot be had or used, by sub-code. */
export const MEDIA_ERRORS = {
  timeOut: { code: -2, subcode: 2207003, message: "Timeout", isTransient: false },
  notFetched: {
    code: 9004,
    subcode: 2207052,
    message: "Only photo or video can be accepted as media type.",
    userMessage: "The media could not be fetched from this URI",
  },
  videoFormat: {
    code: 352,
    subcode: 2207026,
    message: "The video file you selected is in a format that is not supported.",
  },
  imageSize: {
    code: 36000,
    subcode: 2207004,
    message: "The image is too large to download. It should be less than 8 MiB.",
  },
  imageFormat: { code: 36001, subcode: 2207005, message: "The image format is not supported." },
  aspect: { code: 36003, subcode: 2207009, message: "The aspect ratio is not supported." },
  caption: { code: 36004, subcode: 2207010, message: "The caption was too long." },
  notReady: {
    code: 9007,
    subcode: 2207027,
    message: "Media ID is not available",
    userMessage: "The media is not ready for publishing, please wait for a moment",
  },
  expired: { code: 24, subcode: 2207020, message: "The media you are trying to access has expired." },
  notFound: { code: 24, subcode: 2207006, message: "The media could not be found." },
  upload: { code: -1, subcode: 2207053, message: "Unknown upload error" },
  carousel: {
    code: 100,
    subcode: 2207028,
    message:
      "Your post won't work as a carousel. Carousels need at least 2 photos/videos and no more than 10 photos/videos.",
  },
  onlyReels: {
    code: 100,
    subcode: 2207089,
    message:
      "(#100) The VIDEO value for media_type is no longer supported. Use the REELS media type to publish a video.",
  },
  trialReels: { code: 100, subcode: 2207081, message: "This account does not support trial reels." },
} as const satisfies Readonly<Record<string, GraphError>>;

export type MediaError = keyof typeof MEDIA_ERRORS;
