/** The transport over the function `events`, for those who cannot hold a socket. What it needs is loaded when it is used. */
import type { OpenTransport, Transport } from "../live/transport.ts";
import type { SseOptions } from "./sse_options.ts";

/** Brings the messages of all topics over one stream. What is asked of it while it loads is done afterwards. */
export function sseTransport(options: SseOptions): OpenTransport {
  return (events) => {
    let loaded: Transport | undefined;
    let isLoading = false;
    let isClosed = false;
    const joining = new Map<string, string>(); // token by topic

    async function load(): Promise<void> {
      if (isLoading) return;
      isLoading = true;
      try {
        const { openStreamTransport } = await import("./stream_transport.ts");
        if (isClosed) return;
        loaded = openStreamTransport(options, events);
        for (const [topic, token] of joining) loaded.join(topic, token);
      } catch (error) {
        // A page that is older than what is served may ask for code that there is not; whoever joins again tries again.
        isLoading = false;
        const topics = isClosed ? [] : [...joining.keys()];
        joining.clear();
        for (const topic of topics) events.down(topic, `the stream's code does not load: ${error}`, false);
      }
    }

    return {
      kind: "sse",
      join(topic, token) {
        if (loaded) return loaded.join(topic, token);
        joining.set(topic, token);
        void load();
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
