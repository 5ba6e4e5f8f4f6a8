/** For tests: what a table expects of each code of the Graph API. */
import type { FailureClass, PlatformFailure } from "../platform.ts";

export interface Row {
  code: number;
  subcode?: number;
  class: FailureClass;
  scope?: PlatformFailure["scope"];
  /** Milliseconds. */
  wait?: number;
  /** To a commit it is a refusal for certain; else it is asked what has become of it. */
  refusal: boolean;
  /** Another container is made, after so many seconds. */
  again?: number;
}

export function row(
  code: number,
  subcode: number | undefined,
  failureClass: FailureClass,
  refusal: boolean,
  more: Partial<Row> = {},
): Row {
  return { code, class: failureClass, refusal, ...subcode === undefined ? {} : { subcode }, ...more };
}

/** It holds up all that is published with the connection, or at the platform. */
export const connection = { scope: "connection" } as const;
export const platform = { scope: "platform" } as const;
