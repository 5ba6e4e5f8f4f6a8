/** One answer of `GET /events/stream`, read to its end. */
import { createParser } from "eventsource-parser";
import type { StreamEvent } from "../../../shared/rows/stream.ts";

export interface StreamHandlers {
  /** An event, after its id was told. */
  event(event: StreamEvent): void;
  id(id: string): void;
  /** In how many milliseconds the server wants its client back. */
  retry(ms: number): void;
  /** Something came, whatever it was. */
  alive(): void;
}

/** Longer than any event; what is longer is no stream of ours. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Reads to the end. Rejects when the connection breaks off, or what comes is no stream of events. */
export async function readStream(body: ReadableStream<Uint8Array>, handlers: StreamHandlers): Promise<void> {
  const parser = createParser({
    maxBufferSize: MOST_CHARACTERS,
    onRetry: handlers.retry,
    onEvent({ id, data }) {
      const event = eventOf(data);
      if (event) handlers.event(event);
      // After the event: who is cut off while it is handled is told it again.
      if (id !== undefined) handlers.id(id);
    },
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    while (true) {
      const { value, done } = await reader.read();
      if (done) return;
      handlers.alive();
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** What was sent, taken on trust but for its being an object with a type. Undefined: of a newer server, or none of ours. */
function eventOf(data: string): StreamEvent | undefined {
  try {
    const event: unknown = JSON.parse(data);
    const type = (event as { type?: unknown } | null)?.type;
    return typeof type === "string" ? event as StreamEvent : undefined;
  } catch {
    return undefined;
  }
}
