/** `esteira.publications`. */
import type {
  EnqueueResponse,
  PreflightResponse,
} from "../../../../shared/requests/requests_publications.ts";
import type { EsteiraError } from "../../../../shared/errors/errors.ts";
import type { Publication } from "../../../../shared/rows/publication.ts";
import type { Publications, PublishRequest } from "../../api/publications.ts";
import type { Call } from "../../http/call.ts";
import { toError } from "../../http/outcome.ts";
import { isDict, isId } from "../arrivals.ts";
import { createMemo } from "../memo.ts";
import type { PublishingDeps } from "./publishing_deps.ts";
import { noSuchPublication, publicationIn, readOne, readPage } from "./read_publications.ts";
import { type WatchedPublications, watchPublications } from "./watched_publications.ts";

export interface LivePublications extends Publications {
  reset(): void;
  close(): void;
}

/** Files of other servers are looked at within the request: that may take a while. */
const LOOK_TIMEOUT_MS = 60_000;

export function createPublications(deps: PublishingDeps): LivePublications {
  const { http, surroundings } = deps;
  const watched = createMemo<WatchedPublications>();

  /** @param has what an answer must have in its data */
  async function ask(call: Pick<Call, "body" | "isPatient">, has: "jobs" | "options"): Promise<unknown> {
    const { body } = await http.call({
      method: "POST",
      path: "publications/enqueue",
      timeoutMs: LOOK_TIMEOUT_MS,
      isRepeatable: true,
      ...call,
    });
    if (isDict(body) && isDict(body.data) && Array.isArray(body.data[has])) return body;
    throw toError("malformed_answer", "The answer is none to a request to publish.");
  }

  const bodyOf = ({ scheduledFor, ...request }: PublishRequest) => ({
    ...request,
    ...scheduledFor !== undefined &&
      { scheduledFor: scheduledFor instanceof Date ? scheduledFor.toISOString() : scheduledFor },
  });

  async function act(id: string, call: Omit<Call, "path">, path = ""): Promise<Publication> {
    if (!isId(id)) throw noSuchPublication();
    const { body } = await http.call({ ...call, path: `publications/${id}${path}`, isRepeatable: true });
    const publication = publicationIn(body);
    for (const one of watched.all()) one.learned(publication);
    return publication;
  }

  return {
    async enqueue(request) {
      const body = { idempotencyKey: surroundings.uuid(), ...bodyOf(request) };
      const answer = await ask({ body, isPatient: true }, "jobs");
      for (const one of watched.all()) one.changed();
      return answer as EnqueueResponse;
    },
    preflight: async (request) =>
      await ask(
        { body: { ...bodyOf(request), dryRun: true } },
        "options",
      ) as PreflightResponse,
    list: (filter = {}) => readPage(http, filter),
    get: (id) => readOne(http, id),
    watch: (of = {}) => watched.get(JSON.stringify(of), () => watchPublications(of, deps)),
    cancel: (id) => act(id, { method: "DELETE" }),
    retry: (id) => act(id, { method: "POST" }, "/retry"),
    async resolve(id, resolved, reason) {
      const body = { resolved, ...reason !== undefined && { reason } };
      try {
        return await act(id, { method: "POST", body }, "/resolve");
      } catch (error) {
        // Said before, by an answer that was lost: then it is as it was meant.
        if ((error as EsteiraError).code !== "already_resolved") throw error;
        const publication = await act(id, { method: "GET" });
        if (publication.resolved !== resolved) throw error;
        return publication;
      }
    },
    reset() {
      for (const one of watched.all()) one.reset();
    },
    close() {
      for (const one of watched.all()) one.close();
    },
  };
}
