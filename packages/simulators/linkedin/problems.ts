/** Errors as LinkedIn words them (docs/platforms/linkedin.md). What is not documented follows what public clients see. */

/** One error. */
export interface Problem {
  readonly status: number;
  readonly message: string;
  readonly code?: string | undefined;
  readonly serviceErrorCode?: number | undefined;
  /** Of what is wrong in the body. */
  readonly inputCode?: string | undefined;
}

/** An error as an answer. */
export function problem({ status, message, code, serviceErrorCode, inputCode }: Problem): Response {
  const details = inputCode === undefined ? {} : {
    errorDetailType: "com.linkedin.common.error.BadRequest",
    errorDetails: { inputErrors: [{ description: message, input: {}, code: inputCode }] },
  };
  const body = {
    ...code === undefined ? {} : { code },
    ...serviceErrorCode === undefined ? {} : { serviceErrorCode },
    ...details,
    message,
    status,
  };
  return Response.json(body, { status });
}

/** A token that is no good, by why. */
export function badToken(why: string): Problem {
  if (why === "expired") {
    return {
      status: 401,
      serviceErrorCode: 65602,
      code: "EXPIRED_ACCESS_TOKEN",
      message: "The token used in the request has expired",
    };
  }
  return why === "unknown"
    ? { status: 401, serviceErrorCode: 65600, code: "INVALID_ACCESS_TOKEN", message: "Invalid access token" }
    : {
      status: 401,
      serviceErrorCode: 65601,
      code: "REVOKED_ACCESS_TOKEN",
      message: "The token used in the request has been revoked by the user",
    };
}

export const NO_TOKEN: Problem = {
  status: 401,
  serviceErrorCode: 65604,
  code: "EMPTY_ACCESS_TOKEN",
  message: "Empty oauth2 access token",
};

export const VERSION_MISSING: Problem = {
  status: 400,
  code: "VERSION_MISSING",
  message: "A version must be present. Please specify a version by adding the LinkedIn-Version header.",
};

export function goneVersion(version: string): Problem {
  return { status: 426, code: "NONEXISTENT_VERSION", message: `Requested version ${version} is not active` };
}

/** A permission that the token was not granted. */
export function denied(what: string): Problem {
  return {
    status: 403,
    serviceErrorCode: 100,
    code: "ACCESS_DENIED",
    message: `Not enough permissions to access: ${what}`,
  };
}

export function forbidden(what: string): Problem {
  return {
    status: 403,
    message: `Accessing this ${what} resource is forbidden. Please check your permissions for this resource`,
  };
}

export function tooMany(of: string, window: "DAY" | null = "DAY"): Problem {
  const words = window === null
    ? "Resource level throttle limit for calls to this resource is reached."
    : `Resource level throttle ${of} ${window} limit for calls to this resource is reached.`;
  return { status: 429, serviceErrorCode: 101, code: "TOO_MANY_REQUESTS", message: words };
}

/** Something about the request is wrong. */
export function invalid(message: string, code = "ILLEGAL_ARGUMENT"): Problem {
  return { status: 400, code, message };
}

/** Something about the body is wrong, which LinkedIn has a word for. */
export function wrongInput(status: 400 | 422, inputCode: string, message: string): Problem {
  return {
    status,
    inputCode,
    message: `com.linkedin.content.common.exception.BadRequestResponseException: ${message}`,
  };
}

export function notFound(what: string): Problem {
  return { status: 404, code: "RESOURCE_NOT_FOUND", message: `Could not find entity ${what}` };
}
