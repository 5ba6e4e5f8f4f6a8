/** The user's balance: read anew whenever a job is created, refunded or ends. */
import type { CreditsPage } from "../../../shared/requests/lists.ts";
import { isTerminal } from "../../../shared/words/statuses.ts";
import type { Credits, Logger } from "../api/esteira.ts";
import type { Http } from "../http/http.ts";
import { toError } from "../http/outcome.ts";
import type { Link } from "../live/link.ts";
import type { Surroundings } from "../live/surroundings.ts";
import { isDict, jobNewsOf } from "./arrivals.ts";
import { createWatched } from "./watched_list.ts";

export interface LiveCredits {
  /** `Esteira.credits`. */
  readonly credits: Credits;
  reset(): void;
  close(): void;
}

export function createCredits({ http, link, surroundings, logger }: {
  http: Http;
  link: Link;
  surroundings: Surroundings;
  logger: Logger;
}): LiveCredits {
  async function read(
    options: { limit?: number; cursor?: string; signal?: AbortSignal },
  ): Promise<CreditsPage> {
    const { limit, cursor, signal } = options;
    const query = new URLSearchParams({ ...limit && { limit: String(limit) }, ...cursor && { cursor } });
    const path = ["jobs/credits", String(query)].filter(Boolean).join("?");
    const { body } = await http.call({ path, isPolled: true, ...signal && { signal } });
    if (!isDict(body) || typeof body.balance !== "number" || !Array.isArray(body.entries)) {
      throw toError("malformed_answer", "The answer is no statement.");
    }
    return body as unknown as CreditsPage;
  }

  const watched = createWatched<number>({
    link,
    surroundings,
    logger,
    read: async (_by, signal) => (await read({ limit: 1, ...signal && { signal } })).balance,
    heard({ event, payload }) {
      const news = jobNewsOf(event, payload);
      if (news?.type === "many") watched.readSoon();
      if (news?.type !== "told") return;
      const { row, oldVersion } = news.told;
      if (oldVersion === null || isTerminal(row.status)) watched.readSoon();
    },
    isOpen: () => true,
  });

  return {
    credits: Object.assign((options: { limit?: number; cursor?: string } = {}) => read(options), {
      watch: () => watched.store,
    }),
    reset: () => watched.reset(),
    close: () => watched.close(),
  };
}
