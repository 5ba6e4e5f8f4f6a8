/** What a screen hears: the private broadcasts about one user's jobs. */
import { type JobEvent, jobEvent } from "../../shared/events.ts";
import { jobsTopic } from "../../shared/topics.ts";
import type { Client } from "./environment.ts";

/** Calls `onEvent` for each change of the user's jobs; resolves when the channel is joined. */
export async function listen(
  client: Client,
  userId: string,
  onEvent: (event: JobEvent) => void,
): Promise<void> {
  const joined = Promise.withResolvers<void>();
  const onJob = (message: { payload?: unknown }) => onEvent(jobEvent.parse(message.payload));
  client.channel(jobsTopic(userId), { config: { private: true } })
    .on("broadcast", { event: "INSERT" }, onJob).on("broadcast", { event: "UPDATE" }, onJob)
    .subscribe((status, error) => {
      if (status === "SUBSCRIBED") joined.resolve();
      else if (status !== "CLOSED") joined.reject(error ?? new Error(status));
    });
  await joined.promise;
}
