/** Listening to private topics, as any client does. */
import type { Client } from "../world/environment.ts";

/** Listens to `event` on a private topic; resolves when joined, and rejects when that is refused. */
export async function listen(client: Client, topic: string, event: string, hear: (payload: unknown) => void) {
  const joined = Promise.withResolvers<void>();
  client.channel(topic, { config: { private: true } })
    .on("broadcast", { event }, ({ payload }) => hear(payload))
    .subscribe((status, error) => {
      if (status === "SUBSCRIBED") joined.resolve();
      else if (status !== "CLOSED") joined.reject(error ?? new Error(status));
    });
  await joined.promise;
}
