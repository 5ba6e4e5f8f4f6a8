/** A transport whose code is loaded when it is first needed, and again when that failed. */
import type { OpenTransport, Transport } from "./transport.ts";

export function lazyTransport(kind: Transport["kind"], load: () => Promise<OpenTransport>): OpenTransport {
  return (events) => {
    const waiting = new Map<string, string>();
    let inner: Transport | null = null;
    let isLoading = false;
    let isClosed = false;

    async function loadOnce(): Promise<void> {
      if (isLoading) return;
      isLoading = true;
      try {
        const open = await load();
        if (isClosed) return;
        inner = open(events);
        for (const [topic, token] of waiting) inner.join(topic, token);
        waiting.clear();
      } catch (error) {
        const topics = [...waiting.keys()];
        waiting.clear();
        isLoading = false;
        const reason = error instanceof Error ? error.message : String(error);
        if (!isClosed) { for (const topic of topics) events.down(topic, `not loaded: ${reason}`, false); }
      }
    }

    return {
      kind,
      join(topic, token) {
        if (inner) return inner.join(topic, token);
        waiting.set(topic, token);
        void loadOnce();
      },
      leave(topic) {
        waiting.delete(topic);
        inner?.leave(topic);
      },
      renew(token) {
        for (const topic of waiting.keys()) waiting.set(topic, token);
        inner?.renew(token);
      },
      close() {
        isClosed = true;
        waiting.clear();
        inner?.close();
      },
    };
  };
}
