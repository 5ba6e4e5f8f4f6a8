/** For tests: the server of any provider, answering as it is told, and a place that results come from. */
import assert from "node:assert/strict";
import type { Submitted } from "../../engine/attempts.ts";
import type { WorkItem } from "../../engine/work_item.ts";
import { type FakeServer, fakeServer, type Recorded } from "../../runtime/fake_runtime.ts";
import type { Provider, ProviderOutput, SubmitContext } from "../provider.ts";

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

/** Prepares a submit and sends it, as a worker with all the time in the world does. For providers whose tasks take their time. */
export async function submitBy(
  provider: Pick<Provider, "prepare">,
  work: WorkItem,
  context: SubmitContext,
): Promise<Submitted> {
  const answer = await (await provider.prepare(work, context)).send(new AbortController().signal);
  assert.ok("externalId" in answer, "the answer is a task, not its end");
  return answer;
}

/** Where outputs are to be fetched from. */
export function addressesOf(outputs: readonly ProviderOutput[]): string[] {
  return outputs.map((output) => "url" in output ? output.url : assert.fail("an output without an address"));
}
