/** The transport over the function `events`, for those who cannot hold a socket. What it needs is loaded when it is used. */
import type { OpenTransport, Transport } from "../live/transport.ts";
import type { SseOptions } from "./sse_options.ts";

/** Brings the messages of all topics over one stream. What is asked of it while it loads is done afterwards. */
export function sseTransport(options: SseOptions): OpenTransport {
  return (events) => {
    let loaded: Transport | undefined;
    let isClosed = false;
    const joining = new Map<string, string>(); // token by topic
    import("./stream_transport.ts").then(({ openStreamTransport }) => {
      if (isClosed) return;
      loaded = openStreamTransport(options, events);
      for (const [topic, token] of joining) loaded.join(topic, token);
    }).catch((error) => {
      if (isClosed) return;
      const reason = `the stream's code did not load: ${
        error instanceof Error ? error.message : String(error)
      }`;
      for (const topic of joining.keys()) events.down(topic, reason, false);
    });
    return {
      kind: "sse",
      join(topic, token) {
        if (loaded) loaded.join(topic, token);
        else joining.set(topic, token);
      },
      leave(topic) {
        joining.delete(topic);
        loaded?.leave(topic);
      },
      renew(token) {
        for (const topic of joining.keys()) joining.set(topic, token);
        loaded?.renew(token);
      },
      close() {
        isClosed = true;
        loaded?.close();
      },
    };
  };
}
