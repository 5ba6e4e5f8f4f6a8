/** For tests: the server of any platform, answering as it is told. */
import type { Recorded } from "../../runtime/fake_runtime.ts";
import { type FakeProvider, fakeProvider } from "../../providers/kit/fake_provider.ts";

export type { FakeAnswer } from "../../providers/kit/fake_provider.ts";

/** `Endpoint` is what a test calls the platform's endpoints. Nothing is fetched from a platform. */
export type FakePlatform<Endpoint extends string = string> = Omit<FakeProvider<Endpoint>, "serve">;

/** Starts a platform. `endpointOf` names the endpoint of a request; `unanswered` is said where there is no answer. */
export function fakePlatform<Endpoint extends string>(
  endpointOf: (request: Recorded) => string,
  unanswered: () => Response,
): FakePlatform<Endpoint> {
  return fakeProvider<Endpoint>(endpointOf, unanswered);
}
