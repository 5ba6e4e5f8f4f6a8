/** A channel of our own on the app's supabase client. */
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";

/** What a channel tells of. */
export interface ChannelTold {
  up(): void;
  down(reason: string): void;
  message(event: string, payload: unknown): void;
}

/** Joins a private channel. Returns what takes it off the client. */
export function listenToOwn(supabase: SupabaseClient, topic: string, told: ChannelTold): () => void {
  const channel = supabase.channel(topic, { config: { private: true } });
  let isOver = false;
  /** The server says why before it closes. */
  let word = "";
  channel
    .on("broadcast", { event: "*" }, ({ event, payload }) => told.message(event, payload))
    .on("system", {}, ({ status, message }: { status?: string; message?: string }) => {
      if (status === "error") word = message ?? "";
    })
    .subscribe((status, error) => {
      if (isOver) return;
      if (status === "SUBSCRIBED") return told.up();
      told.down([status, error?.message ?? word].filter(Boolean).join(": "));
    });
  return () => {
    isOver = true;
    takeOff(supabase, channel);
  };
}

/** Within this call the channel is off the client; the answer to its leaving is not waited for. */
function takeOff(supabase: SupabaseClient, channel: RealtimeChannel): void {
  try {
    supabase.removeChannel(channel).catch(() => {});
  } catch {
    // It is off, or was never on.
  }
}
