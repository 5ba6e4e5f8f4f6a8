/**
 * Topics over streams of the function `events`: one stream for all of them, followed by the next when it ends, which it does
 * once a minute. The next one goes on from the last id, so nothing is missed and no topic is down for that. A stream that
 * cannot be opened is another matter: its topics are down, and whoever holds them joins again when it is time.
 */
import { messageOf } from "../api/message_of.ts";
import type { StreamEvent } from "../../../shared/rows/stream.ts";
import { claimsOf } from "../live/jwt.ts";
import type { Transport, TransportEvents } from "../live/transport.ts";
import { readStream } from "./read_stream.ts";
import type { SseOptions } from "./sse_options.ts";
import { streamAddress, topicRefused } from "./stream_address.ts";

/** Nothing heard for so long, and the stream is dead without knowing, milliseconds. Heartbeats come every 25 s. */
const SILENCE = 60_000;
/** What is asked for within this time is one stream, milliseconds. */
const TOGETHER = 20;
/** Where the server does not say when to come back, milliseconds; and the longest that it can ask for. */
const RETRY = 1_000;
const RETRY_AT_MOST = 30_000;

/** A stream that is open or about to be. */
interface Stream {
  readonly topics: Set<string>;
  readonly abort: AbortController;
  /** Changes are told as they happen. */
  isLive: boolean;
  silence: unknown;
}

export function openStreamTransport(
  { url, apiKey, surroundings, fetch: ask = fetch }: SseOptions,
  events: TransportEvents,
): Transport {
  /** What is to be heard: joined, or about to be. */
  const wanted = new Map<string, "joining" | "up">();
  let stream: Stream | undefined;
  let token = "";
  let lastId: string | undefined;
  let retry = RETRY;
  let timer: unknown;
  let isClosed = false;

  function openSoon(ms: number): void {
    surroundings.clearTimeout(timer);
    timer = surroundings.setTimeout(() => void open(), ms);
  }

  async function open(): Promise<void> {
    if (isClosed) return;
    drop();
    const { address, refused } = streamAddress(url, wanted.keys(), claimsOf(token).sub);
    for (const [topic, reason] of refused) down(topic, reason, true);
    if (wanted.size === 0) return;
    const opened: Stream = {
      topics: new Set(wanted.keys()),
      abort: new AbortController(),
      isLive: false,
      silence: undefined,
    };
    stream = opened;
    listenForLife(opened);
    const begun = surroundings.now();
    try {
      const response = await ask(address, {
        headers: {
          accept: "text/event-stream",
          apikey: apiKey,
          authorization: `Bearer ${token}`,
          ...lastId === undefined ? {} : { "last-event-id": lastId },
        },
        cache: "no-store",
        signal: opened.abort.signal,
      });
      if (!response.ok || !response.body) return await refusedBy(response, opened);
      await readStream(response.body, {
        alive: () => listenForLife(opened),
        event: (event) => stream === opened && hear(opened, event),
        id: (id) => stream === opened && (lastId = id),
        retry: (ms) => retry = Math.min(ms, RETRY_AT_MOST),
      });
      ended(opened, surroundings.now() - begun < 500 ? "the stream ends at once" : undefined);
    } catch (error) {
      // What was heard of a stream that breaks off was heard: the next one goes on from there.
      ended(opened, opened.isLive ? undefined : messageOf(error));
    }
  }

  /** The end of a stream. `failure`: it was none worth the name, and the next one hardly would be. */
  function ended(which: Stream, failure: string | undefined): void {
    if (stream !== which || isClosed) return;
    drop();
    if (failure !== undefined) return downAll(failure);
    if (wanted.size > 0) openSoon(retry);
  }

  async function refusedBy(response: Response, which: Stream): Promise<void> {
    const body: unknown = await response.json().catch(() => null);
    if (stream !== which || isClosed) return;
    const topic = response.status === 404 ? topicRefused(body) : undefined;
    drop();
    if (topic !== undefined && wanted.has(topic)) {
      down(topic, "Unauthorized: there is no such topic for this user", true);
      return openSoon(0);
    }
    const code = (body as { error?: { code?: unknown } } | null)?.error?.code;
    // In the words by which the connection knows that it is the token's fault.
    downAll(response.status === 401 ? "the JWT was refused" : `${response.status} ${code ?? ""}`.trim());
  }

  function hear(from: Stream, event: StreamEvent): void {
    switch (event.type) {
      case "connected":
        return event.state === "live" ? live(from) : notLive(from, "the server is catching up");
      case "state":
        return event.state === "live" ? live(from) : notLive(from, event.reason);
      case "snapshot":
        // To join again is to read anew.
        return downAll(`missed: ${event.reason}`);
      case "job_changed":
      case "connection_changed":
      case "model_status_changed":
      case "project_changed":
      case "lane_moved":
        if (wanted.get(event.topic) !== "up") return;
        return events.message({ topic: event.topic, event: event.event, payload: event.payload });
    }
  }

  function live(from: Stream): void {
    from.isLive = true;
    for (const topic of from.topics) if (wanted.get(topic) === "joining") up(topic);
  }

  function notLive(from: Stream, reason: string): void {
    from.isLive = false;
    downAll(reason);
  }

  function up(topic: string): void {
    wanted.set(topic, "up");
    events.up(topic);
  }

  function down(topic: string, reason: string, isFatal = false): void {
    if (wanted.delete(topic)) events.down(topic, reason, isFatal);
  }

  function downAll(reason: string): void {
    for (const topic of [...wanted.keys()]) down(topic, reason);
  }

  function listenForLife(which: Stream): void {
    surroundings.clearTimeout(which.silence);
    which.silence = surroundings.setTimeout(() => {
      if (stream !== which) return;
      drop();
      downAll("nothing was heard for a minute");
    }, SILENCE);
  }

  function drop(): void {
    if (!stream) return;
    surroundings.clearTimeout(stream.silence);
    stream.abort.abort();
    stream = undefined;
  }

  return {
    kind: "sse",
    join(topic, given) {
      token = given;
      wanted.set(topic, "joining");
      if (!stream?.topics.has(topic)) return openSoon(TOGETHER);
      if (stream.isLive) up(topic);
    },
    leave(topic) {
      wanted.delete(topic);
      // Who joins it again wants another stream: this one may be dead without knowing.
      stream?.topics.delete(topic);
      if (wanted.size === 0) drop();
    },
    renew(given) {
      token = given; // for the next stream, which comes within a minute
    },
    close() {
      isClosed = true;
      surroundings.clearTimeout(timer);
      wanted.clear();
      drop();
    },
  };
}
