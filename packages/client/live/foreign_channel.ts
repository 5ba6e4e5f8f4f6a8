/** The app has a channel on a topic of ours: a client has one channel a topic, so this one is listened to, and left alone. */
import type { RealtimeChannel } from "@supabase/supabase-js";
import type { ChannelTold } from "./own_channel.ts";
import type { Surroundings } from "./surroundings.ts";

/** How long it may take to be joined, milliseconds. */
const JOINS_WITHIN = 10_000;

/** What every channel can do, though its types show only what apps are meant to listen to. */
type AnyEvent = { on(event: string, filter: { event?: string }, told: (message: never) => void): unknown };

/** Listens until the returned function is called, or until it has told `down`. */
export function listenToForeign(
  channel: RealtimeChannel,
  surroundings: Surroundings,
  told: ChannelTold,
): () => void {
  let isOver = false;
  let timer: unknown;
  const begun = surroundings.now();

  function end(): void {
    isOver = true;
    surroundings.clearTimeout(timer);
  }
  function lost(reason: string): void {
    if (isOver) return;
    end();
    told.down(`the app's own channel: ${reason}`);
  }
  function look(): void {
    if (isOver) return;
    if (channel.state === "joined") return told.up();
    if (Math.abs(surroundings.now() - begun) > JOINS_WITHIN) return lost("it is not joined");
    timer = surroundings.setTimeout(look, 100);
  }

  if (!channel.params.config.private) {
    timer = surroundings.setTimeout(() => lost("it is not a private one"), 0);
    return end;
  }
  const any = channel as unknown as AnyEvent;
  any.on("broadcast", { event: "*" }, ({ event, payload }: { event: string; payload: unknown }) => {
    if (!isOver) told.message(event, payload);
  });
  any.on("phx_error", {}, () => lost("an error"));
  any.on("phx_close", {}, () => lost("closed"));
  timer = surroundings.setTimeout(look, 0);
  return end;
}
