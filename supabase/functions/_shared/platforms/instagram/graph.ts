/** Calls of the Graph API. A token is told in a header, so that no address has it. */
import { callPlatform, type PlatformAnswer, type PlatformCall } from "../kit/platform_call.ts";
import type { PlatformApp } from "../platform.ts";
import { failureOf, isSuccess } from "./failures.ts";
import { graphOf } from "./login.ts";

/** For whom the graph is asked. */
export interface Access {
  app: PlatformApp;
  accessToken: string;
}

/** A request, without its address and its token. */
export type GraphRequest = Pick<PlatformCall, "method" | "query" | "form" | "isCommit" | "timeoutMs">;

/** The call that a request is. `path`: below the version, such as `/178414/media`. */
export function graphCall({ app, accessToken }: Access, path: string, request: GraphRequest): PlatformCall {
  return {
    ...request,
    url: graphOf(app) + path,
    headers: { authorization: `Bearer ${accessToken}` },
    secrets: [accessToken],
  };
}

/** Asks the graph. Throws PlatformError for what is no success. */
export async function askGraph(
  access: Access,
  path: string,
  request: GraphRequest = {},
  signal?: AbortSignal,
): Promise<PlatformAnswer> {
  const answer = await callPlatform(access.app, graphCall(access, path, request), signal);
  if (!isSuccess(answer)) throw failureOf(answer);
  return answer;
}

/** The path of something with an id of the graph's. */
export function pathOf(id: string, edge = ""): string {
  return `/${encodeURIComponent(id)}${edge}`;
}
