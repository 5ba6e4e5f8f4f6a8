/** Listening to private topics, as any client does. */
import { type JobEvent, jobEvent } from "../../shared/rows/events.ts";
import { jobsTopic } from "../../shared/words/topics.ts";
import type { Client } from "./environment.ts";

/** Listens to an event, or to some, on a private topic; resolves when joined, and rejects when that is refused. */
export async function listen(
  client: Client,
  topic: string,
  events: string | readonly string[],
  hear: (payload: unknown) => void,
): Promise<void> {
  const joined = Promise.withResolvers<void>();
  const channel = client.channel(topic, { config: { private: true } });
  for (const event of [events].flat()) channel.on("broadcast", { event }, ({ payload }) => hear(payload));
  channel.subscribe((status, error) => {
    if (status === "SUBSCRIBED") joined.resolve();
    else if (status !== "CLOSED") joined.reject(error ?? new Error(status));
  });
  await joined.promise;
}

/** What a screen hears: calls `onEvent` for each change of the user's jobs; resolves when the channel is joined. */
export async function listenToJobs(
  client: Client,
  userId: string,
  onEvent: (event: JobEvent) => void,
): Promise<void> {
  await listen(
    client,
    jobsTopic(userId),
    ["INSERT", "UPDATE"],
    (payload) => onEvent(jobEvent.parse(payload)),
  );
}
