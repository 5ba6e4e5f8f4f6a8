/** Errors as Google words them (docs/platforms/youtube.md#codes). */

/** One error. */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly domain?: string;
  /** The word of newer errors: `UNAUTHENTICATED`, … */
  readonly status?: string;
  /** The reason of ErrorInfo. */
  readonly detail?: string;
}

/** An error as an answer. */
export function refused(
  { code, reason, message, domain = "youtube.api", status, detail }: Refusal,
  headers: HeadersInit = {},
): Response {
  const error = {
    code,
    message,
    errors: [{ message, domain, reason }],
    ...status === undefined ? {} : { status },
    ...detail === undefined ? {} : {
      details: [{
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: detail,
        domain: "googleapis.com",
        metadata: { service: "youtube.googleapis.com" },
      }],
    },
  };
  return Response.json({ error }, { status: code, headers });
}

export const UNAUTHENTICATED: Refusal = {
  code: 401,
  reason: "authError",
  message: "Request had invalid authentication credentials.",
  domain: "global",
  status: "UNAUTHENTICATED",
};

export const NO_SCOPE: Refusal = {
  code: 403,
  reason: "insufficientPermissions",
  message: "Request had insufficient authentication scopes.",
  domain: "global",
  status: "PERMISSION_DENIED",
  detail: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
};

export const QUOTA: Refusal = {
  code: 403,
  reason: "quotaExceeded",
  message: 'The request cannot be completed because you have exceeded your <a href="/quota">quota</a>.',
  domain: "youtube.quota",
};

export const TOO_MANY: Refusal = {
  code: 429,
  reason: "rateLimitExceeded",
  message: "Too many requests.",
  domain: "global",
  status: "RESOURCE_EXHAUSTED",
};

export const UPLOAD_LIMIT: Refusal = {
  code: 400,
  reason: "uploadLimitExceeded",
  message: "The user has exceeded the number of videos they may upload.",
  domain: "youtube.video",
};

export const SUSPENDED: Refusal = {
  code: 403,
  reason: "authenticatedUserAccountSuspended",
  message: "The YouTube account of the authenticated user is suspended.",
  domain: "youtube.common",
};

export const NO_CHANNEL: Refusal = {
  code: 401,
  reason: "youtubeSignupRequired",
  message: "Unauthorized",
  domain: "youtube.header",
};

export const EXISTS: Refusal = {
  code: 409,
  reason: "alreadyExists",
  message: "Requested entity already exists",
  domain: "global",
  status: "ALREADY_EXISTS",
};

export const NOT_ALLOWED: Refusal = {
  code: 403,
  reason: "forbidden",
  message: "The authenticated user doesn't have permissions to upload and set custom video thumbnails.",
  domain: "youtube.thumbnail",
};

/** Something about the request is wrong. */
export function bad(reason: string, message: string, domain = "youtube.video"): Refusal {
  return { code: 400, reason, message, domain };
}

export function notFound(reason: string, message: string): Refusal {
  return { code: 404, reason, message, domain: "youtube.common" };
}
