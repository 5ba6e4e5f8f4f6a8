/** For tests of the stream transport: a function `events` that answers as the test says, and whoever holds topics. */
import type { StreamChange, StreamEvent } from "../../../shared/rows/stream.ts";
import type { Message, Transport } from "../live/transport.ts";
import { type ManualClock, manualClock, settle } from "../testing/manual_clock.ts";
import { openStreamTransport } from "./stream_transport.ts";

export const USER = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
export const TOPIC = `jobs:${USER}`;
export const tokenOf = (sub: string, mark = ""): string => `x.${btoa(JSON.stringify({ sub, mark }))}.y`;

/** A stream that a client has asked for. */
export class FakeStream {
  readonly url: URL;
  isAborted = false;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly #answer = Promise.withResolvers<Response>();
  readonly response = this.#answer.promise;

  constructor(address: string, readonly headers: Headers, signal: AbortSignal | undefined) {
    this.url = new URL(address);
    signal?.addEventListener("abort", () => {
      this.isAborted = true;
      this.#answer.reject(signal.reason);
      this.cut(signal.reason);
    });
  }

  /** Answers with a stream. */
  accept(): this {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
    });
    this.#answer.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
    return this;
  }

  refuse(status: number, code: string, details: Record<string, unknown> = {}): void {
    this.#answer.resolve(Response.json({ error: { code, message: "no", details } }, { status }));
  }

  /** There is no network. */
  fail(): void {
    this.#answer.reject(new TypeError("failed to fetch"));
  }

  bytes(bytes: Uint8Array): void {
    this.#controller.enqueue(bytes);
  }

  text(text: string): void {
    this.bytes(new TextEncoder().encode(text));
  }

  event(data: StreamEvent, id?: string): void {
    this.text(frame(data, id));
  }

  /** Accepts, says hello, and is live. */
  live(id = "1"): this {
    this.accept().event(hello("live"), id);
    return this;
  }

  end(): void {
    this.#controller.close();
  }

  cut(reason: unknown = new TypeError("connection reset")): void {
    try {
      this.#controller?.error(reason);
    } catch {
      // it has ended already
    }
  }
}

export function frame(data: StreamEvent, id?: string): string {
  const name = data.type === "state" ? "event: state\n" : "";
  return `${name}${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

export function hello(state: "live" | "catching_up"): StreamEvent {
  return { type: "connected", timestamp: "", message: "SSE connected", topics: [TOPIC], state };
}

export function change(mark: unknown, topic = TOPIC): StreamChange {
  return { type: "job_changed", topic, event: "UPDATE", payload: { mark } };
}

/** The transport, what it has asked for and what it has said: `up topic`, `down topic: reason`, messages. */
export interface Held {
  transport: Transport;
  clock: ManualClock;
  streams: FakeStream[];
  last(): FakeStream;
  said: string[];
  messages: Message[];
  /** Joins and lets the stream be asked for. */
  join(...topics: string[]): Promise<void>;
}

export function hold(): Held {
  const clock = manualClock();
  const streams: FakeStream[] = [];
  const said: string[] = [];
  const messages: Message[] = [];
  const ask = (address: string, { headers, signal }: { headers: HeadersInit; signal: AbortSignal }) => {
    const stream = new FakeStream(address, new Headers(headers), signal);
    streams.push(stream);
    return stream.response;
  };
  const transport = openStreamTransport(
    {
      url: "http://project.example/functions/v1/events",
      apiKey: "key",
      surroundings: clock,
      fetch: ask as typeof fetch,
    },
    {
      up: (topic) => said.push(`up ${topic}`),
      down: (topic, reason, fatal) => said.push(`down ${topic}: ${reason}${fatal ? " (for good)" : ""}`),
      message: (message) => messages.push(message),
    },
  );
  return {
    transport,
    clock,
    streams,
    last: () =>
      streams.at(-1) ?? (() => {
        throw new Error("no stream was asked for");
      })(),
    said,
    messages,
    async join(...topics) {
      for (const topic of topics) transport.join(topic, tokenOf(USER));
      await clock.pass(50);
    },
  };
}

export { settle };
