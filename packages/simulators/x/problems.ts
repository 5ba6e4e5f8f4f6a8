/** Errors as X words them: problem+json (docs/platforms/x.md). What is not documented follows what public clients see. */

/** One error. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly type: string;
  /** More members, such as `errors` or `reason`. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const TYPES = "https://api.x.com/2/problems/";
const type = (word: string) => `${TYPES}${word}`;

/** An error as an answer. */
export function problem({ status, title, detail, type, more }: Problem, headers: HeadersInit = {}): Response {
  const all = new Headers(headers);
  all.set("content-type", "application/problem+json");
  return new Response(JSON.stringify({ ...more, title, detail, type, status }), { status, headers: all });
}

export const UNAUTHORIZED: Problem = {
  status: 401,
  title: "Unauthorized",
  detail: "Unauthorized",
  type: "about:blank",
};

export const TOO_MANY: Problem = {
  status: 429,
  title: "Too Many Requests",
  detail: "Too Many Requests",
  type: "about:blank",
};

export const DUPLICATE: Problem = {
  status: 403,
  title: "Forbidden",
  detail: "You are not allowed to create a Tweet with duplicate content.",
  type: "about:blank",
};

export const NOT_PERMITTED: Problem = {
  status: 403,
  title: "Forbidden",
  detail: "You are not permitted to perform this action.",
  type: "about:blank",
};

export const SUSPENDED: Problem = {
  status: 403,
  title: "Forbidden",
  detail: "Your account is suspended and is not permitted to access this feature.",
  type: type("user-suspended"),
};

export const NO_CREDITS: Problem = {
  status: 402,
  title: "CreditsDepleted",
  detail: "Your enrolled account does not have any credits to fulfill this request.",
  type: type("credits"),
};

/** 429 or 403: both are seen. */
export function usageCapped(status: 403 | 429): Problem {
  return {
    status,
    title: "UsageCapExceeded",
    detail: "Usage cap exceeded: Monthly product cap",
    type: type("usage-capped"),
    more: { period: "Monthly", scope: "Product" },
  };
}

/** What X has not done yet: a path whose version is past its end. */
export const GONE_VERSION: Problem = {
  status: 426,
  title: "Upgrade Required",
  detail: "This version of the API is no longer active.",
  type: type("unsupported-version"),
};

/** A scope that the token was not granted. */
export function missingScope(scope: string): Problem {
  return {
    status: 403,
    title: "Forbidden",
    detail: "Forbidden",
    type: "about:blank",
    more: { reason: `The token was not granted the scope ${scope}.` },
  };
}

/** Something about the request is wrong. */
export function invalid(message: string, parameters: Record<string, unknown> = {}): Problem {
  return {
    status: 400,
    title: "Invalid Request",
    detail: "One or more parameters to your request was invalid.",
    type: type("invalid-request"),
    more: { errors: [{ parameters, message }] },
  };
}

export function notFound(what: string, id: string): Problem {
  return {
    status: 404,
    title: "Not Found Error",
    detail: `Could not find ${what} with id: [${id}].`,
    type: type("resource-not-found"),
    more: { resource_type: what, resource_id: id, value: id },
  };
}
