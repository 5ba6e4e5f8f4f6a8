/** For tests: the server of any platform, answering as it is told. */
import { type FakeServer, fakeServer, type Recorded } from "../../runtime/fake_runtime.ts";

/** A JSON value with HTTP 200, a Response, or what to make of the request. */
export type FakeAnswer =
  | Response
  | Record<string, unknown>
  | unknown[]
  | ((request: Recorded) => Response | Promise<Response>);

/** `Endpoint` is what a test calls the platform's endpoints. */
export interface FakePlatform<Endpoint extends string = string> extends FakeServer {
  /** Answers of an endpoint, in order; the last one stays. */
  answer(endpoint: Endpoint, ...answers: FakeAnswer[]): void;
  /** The requests to one endpoint. */
  asked(endpoint: Endpoint): Recorded[];
}

/** Starts a platform. `endpointOf` names the endpoint of a request; `unanswered` is said where there is no answer. */
export function fakePlatform<Endpoint extends string>(
  endpointOf: (request: Recorded) => string,
  unanswered: () => Response,
): FakePlatform<Endpoint> {
  const answers = new Map<string, FakeAnswer[]>();
  const server = fakeServer(async (request) => {
    const queue = answers.get(endpointOf(request)) ?? [];
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    if (answer === undefined) return unanswered();
    if (typeof answer === "function") return await answer(request);
    return answer instanceof Response ? answer.clone() : Response.json(answer);
  });
  return {
    ...server,
    answer: (endpoint, ...given) => void answers.set(endpoint, given),
    asked: (endpoint) => server.requests.filter((request) => endpointOf(request) === endpoint),
  };
}
