/** For tests: the server of any provider, answering as it is told, and a place that results come from. */
import { type FakeServer, fakeServer, type Recorded } from "../../runtime/fake_runtime.ts";

/** A provider without tasks. `Endpoint` is what a test calls the provider's endpoints. */
export interface FakeProvider<Endpoint extends string = string> extends FakeServer {
  /** Answers of an endpoint, in order; the last one stays. */
  answer(endpoint: Endpoint, ...answers: FakeAnswer[]): void;
  /** The requests to one endpoint. */
  asked(endpoint: Endpoint): Recorded[];
  /** Serves a result and returns its address. */
  serve(name: string, body: FakeResult): string;
}

/** A JSON value with HTTP 200, a Response, or what to make of the request. */
export type FakeAnswer =
  | Response
  | Record<string, unknown>
  | unknown[]
  | ((request: Recorded) => Response | Promise<Response>);

/** A file, or what to make of each request for it. */
export type FakeResult = Uint8Array<ArrayBuffer> | (() => Response | Promise<Response>);

/** Starts a provider. `endpointOf` names the endpoint of a request; `unanswered` is said where there is no answer. */
export function fakeProvider<Endpoint extends string>(
  endpointOf: (request: Recorded) => string,
  unanswered: () => Response,
): FakeProvider<Endpoint> {
  const answers = new Map<string, FakeAnswer[]>();
  const results = new Map<string, FakeResult>();
  const server = fakeServer(async (request) => {
    const result = results.get(request.path);
    if (result) return typeof result === "function" ? await result() : new Response(result);
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
    serve: (name, body) => {
      results.set(`/results/${name}`, body);
      return `${server.url}/results/${name}`;
    },
  };
}
