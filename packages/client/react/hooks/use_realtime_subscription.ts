/** A private topic, heard over the client's one connection: for topics that the other hooks do not cover. */
import { useCallback, useEffect, useState } from "react";
import { createStore } from "../../store/store.ts";
import type { LiveOptions } from "./loaded.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useLatest } from "./use_latest.ts";
import { useStore } from "./use_store.ts";

/** Why a topic cannot be heard just now. The client goes on trying. */
export class SubscriptionError extends Error {
  override readonly name = "SubscriptionError";
  constructor(
    readonly type: "CHANNEL_ERROR" | "TIMED_OUT" | "CLOSED",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface UseRealtimeSubscriptionOptions<P = unknown> extends LiveOptions {
  /** Null: none yet. */
  topic: string | null | undefined;
  /** `*`: all. */
  event: string;
  /** Taken on trust: nothing checks the payload. */
  onMessage: (payload: P, event: string) => void;
  onError?: (error: SubscriptionError) => void;
}

export interface UseRealtimeSubscription {
  /** Null while the topic is joined, or being joined for the first time. */
  error: SubscriptionError | null;
  /** Tries anew at once. */
  retry: () => void;
}

/** Callbacks may be others at every render. */
export function useRealtimeSubscription<P = unknown>(
  { topic, event, onMessage, onError, enabled = true }: UseRealtimeSubscriptionOptions<P>,
): UseRealtimeSubscription {
  const client = useEsteira();
  const [errors] = useState(() => createStore<SubscriptionError | null>(null));
  const latest = useLatest({ onMessage, onError });
  useEffect(() => {
    if (!enabled || !topic) return;
    const end = client.listen(
      topic,
      event,
      (message) => latest.current.onMessage(message.payload as P, message.event),
      ({ status, error }) => {
        if (status === "SUBSCRIBED") return errors.set(null);
        const told = new SubscriptionError(status, error?.message ?? status, { cause: error });
        errors.set(told);
        latest.current.onError?.(told);
      },
    );
    return () => {
      end();
      errors.set(null);
    };
  }, [client, topic, event, enabled, errors, latest]);
  return { error: useStore(errors), retry: useCallback(() => client.connection.retry(), [client]) };
}
