/** `esteira.connections`: read as a list, then kept by what is told of each. */
import type {
  ChoicesResponse,
  StartConnectionResponse,
} from "../../../../shared/requests/requests_connections.ts";
import type { Connection, CreatorInfo, ShownConnection } from "../../../../shared/rows/connection.ts";
import { CONNECTION_STATES, type ConnectionState } from "../../../../shared/words/platforms.ts";
import { isTerminal } from "../../../../shared/words/statuses.ts";
import type { Connections } from "../../api/connections.ts";
import type { Call } from "../../http/call.ts";
import { toError } from "../../http/outcome.ts";
import { CONNECTION_CHANGED, type Dict, isDict, jobNewsOf } from "../arrivals.ts";
import { createWatched } from "../watched_list.ts";
import type { PublishingDeps } from "./publishing_deps.ts";
import { LANE } from "./publication_state.ts";

export interface LiveConnections extends Connections {
  reset(): void;
  close(): void;
}

type Shown = readonly ShownConnection[];

const isState = (value: unknown): value is ConnectionState =>
  (CONNECTION_STATES as readonly unknown[]).includes(value);
const isConnection = (value: unknown): value is Dict =>
  isDict(value) && typeof value.id === "string" && typeof value.platform === "string" && isState(value.state);
/** What a screen offers is checked; what it only shows is taken as it is. */
const isCreator = (value: unknown): value is CreatorInfo =>
  isDict(value) && Array.isArray(value.privacy) && value.privacy.every((one) => typeof one === "string");
const textOrNull = (value: unknown) => typeof value === "string" ? value : null;

export function createConnections({ http, link, surroundings, logger }: PublishingDeps): LiveConnections {
  async function ask(call: Call): Promise<Dict> {
    const { body } = await http.call({ isRepeatable: true, ...call });
    if (!isDict(body)) {
      throw toError("malformed_answer", "The answer is none to a question about connections.");
    }
    return body;
  }

  async function list(signal?: AbortSignal): Promise<Shown> {
    const { connections } = await ask({
      path: "connections",
      isPolled: true,
      ...signal && { signal, tries: 1 },
    });
    if (!Array.isArray(connections)) throw toError("malformed_answer", "The answer holds no connections.");
    return connections.filter(isConnection) as unknown as Shown;
  }

  /** Asks for something to be done with one, and shows what became of it. */
  async function act(call: Call): Promise<Connection> {
    const { connection } = await ask(call);
    if (!isConnection(connection)) throw toError("malformed_answer", "The answer holds no connection.");
    watched.readSoon();
    return change(connection as unknown as Connection);
  }

  /** Shows it in the place of the one that it was; what may be posted with it is read. */
  function change<C extends Pick<Connection, "id">>(next: C): C {
    const shown = watched.shown();
    if (shown) watched.show(shown.map((one) => one.id === next.id ? { ...one, ...next } : one));
    return next;
  }

  /** A broadcast says what has changed, and no more. */
  function told(payload: unknown): void {
    watched.readSoon();
    // `id` is the broadcast's own.
    if (!isDict(payload) || !isState(payload.state)) return;
    const { connection_id: id, state, state_code, held_until, at } = payload;
    const before = watched.shown()?.find((one) => one.id === id);
    if (!before || Date.parse(String(at)) < Date.parse(before.updated_at)) return;
    change({
      id: String(id),
      state: state as ConnectionState,
      state_code: textOrNull(state_code),
      held_until: textOrNull(held_until),
      ...state_code !== before.state_code && { state_message: null },
    });
  }

  const watched = createWatched<Shown>({
    link,
    surroundings,
    logger,
    read: (_by, signal) => list(signal),
    heard({ event, payload }) {
      if (event === CONNECTION_CHANGED) return told(payload);
      const news = jobNewsOf(event, payload);
      // What was published counts against what may be.
      if (news?.type !== "told" || news.told.row.lane !== LANE) return;
      if (isTerminal(news.told.row.status)) watched.readSoon();
    },
    isOpen: () => true,
  });

  const at = (id: string) => `connections/${encodeURIComponent(id)}`;
  return {
    list: () => list(),
    watch: () => watched.store,
    start: async (platform, { redirectTo }) =>
      await ask({
        method: "POST",
        path: `${at(platform)}/start`,
        body: { redirectTo },
      }) as unknown as StartConnectionResponse,
    choices: async (id, { cursor } = {}) => {
      const query = cursor ? `?${new URLSearchParams({ cursor })}` : "";
      return await ask({
        path: `connections/choices/${encodeURIComponent(id)}${query}`,
      }) as unknown as ChoicesResponse;
    },
    choose: (id, externalId) =>
      act({ method: "POST", path: `connections/choices/${encodeURIComponent(id)}`, body: { externalId } }),
    refresh: (id) => act({ method: "POST", path: `${at(id)}/refresh` }),
    async creator(id) {
      const { creator } = await ask({ path: `${at(id)}/creator` });
      if (creator === null || isCreator(creator)) return creator;
      throw toError("malformed_answer", "The answer holds no creator.");
    },
    disconnect: (id) => act({ method: "DELETE", path: at(id) }),
    reset: () => watched.reset(),
    close: () => watched.close(),
  };
}
