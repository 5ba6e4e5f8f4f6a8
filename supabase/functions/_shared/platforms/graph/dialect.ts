/** The Graph API as one platform speaks it: where it is, what its codes mean, and calls that know both. */
import { callPlatform, type PlatformAnswer, type PlatformCall } from "../kit/platform_call.ts";
import type { PlatformApp, Tokens } from "../platform.ts";
import { type GraphFailures, graphFailures, isSuccess } from "./failures.ts";
import type { MeaningOf } from "./meaning.ts";
import { tokensIn } from "./tokens.ts";

/** For whom the graph is asked. */
export interface Access {
  app: PlatformApp;
  accessToken: string;
}

/** A request, without its address and its token. */
export type GraphRequest = Pick<PlatformCall, "method" | "query" | "form" | "isCommit" | "timeoutMs">;

export interface GraphDialect extends GraphFailures {
  /** The call that a request is. `path`: below the version, such as `/178414/media`. A token is told in a header. */
  graphCall(access: Access, path: string, request: GraphRequest): PlatformCall;
  /** Asks the graph. Throws PlatformError for what is no success. */
  askGraph(
    access: Access,
    path: string,
    request?: GraphRequest,
    signal?: AbortSignal,
  ): Promise<PlatformAnswer>;
  /** Asks for tokens, wherever that is. Throws PlatformError for what is no success. */
  askForTokens(app: PlatformApp, call: PlatformCall): Promise<Tokens>;
  /** The tokens in an answer. Throws PlatformError where there are none. Pure. */
  tokensIn(answer: PlatformAnswer): Tokens;
}

/** `name`: as people know it · `graphOf`: its address, with the version. */
export function graphDialect(
  { name, meaningOf, graphOf }: { name: string; meaningOf: MeaningOf; graphOf(app: PlatformApp): string },
): GraphDialect {
  const failures = graphFailures(name, meaningOf);
  const graphCall: GraphDialect["graphCall"] = ({ app, accessToken }, path, request) => ({
    ...request,
    url: graphOf(app) + path,
    headers: { authorization: `Bearer ${accessToken}` },
    secrets: [accessToken],
  });
  const read: GraphDialect["tokensIn"] = (answer) => {
    if (!isSuccess(answer)) throw failures.failureOf(answer);
    return tokensIn(answer, name);
  };
  return {
    ...failures,
    graphCall,
    async askGraph(access, path, request = {}, signal) {
      const answer = await callPlatform(access.app, graphCall(access, path, request), signal);
      if (!isSuccess(answer)) throw failures.failureOf(answer);
      return answer;
    },
    askForTokens: async (app, call) => read(await callPlatform(app, call)),
    tokensIn: read,
  };
}

/** The path of something with an id of the graph's. */
export function pathOf(id: string, edge = ""): string {
  return `/${encodeURIComponent(id)}${edge}`;
}
