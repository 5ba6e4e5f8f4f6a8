/** Server-sent events as text (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
import type { StreamEvent } from "../../../shared/rows/stream.ts";

/** One event. Without a name, `onmessage` sees it. `id` (no line breaks) is what its client comes back with. */
export function eventFrame(
  data: StreamEvent,
  { id, name }: { id?: string | undefined; name?: string } = {},
): string {
  const lines = [
    ...name === undefined ? [] : [`event: ${name}`],
    ...id === undefined ? [] : [`id: ${id}`],
    `data: ${JSON.stringify(data)}`, // one line: JSON escapes line breaks
  ];
  return `${lines.join("\n")}\n\n`;
}

/** In how many milliseconds a client is to come back after the end of the stream. */
export function retryFrame(ms: number): string {
  return `retry: ${Math.round(ms)}\n\n`;
}
