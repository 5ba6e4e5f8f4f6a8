/** A channel of our own on the app's supabase client. */
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";

/** What a channel tells of. */
export interface ChannelTold {
  up(): void;
  down(reason: string): void;
  message(event: string, payload: unknown): void;
}

export interface OwnChannelOptions {
  /** Replay what the database has told since then, milliseconds since 1970: the last 25 messages at most, some twice. */
  readonly replaySince?: number | undefined;
}

/** Joins a private channel. Returns what takes it off the client. Throws what supabase-js throws; nothing is on it then. */
export function listenToOwn(
  supabase: SupabaseClient,
  topic: string,
  told: ChannelTold,
  { replaySince }: OwnChannelOptions = {},
): () => void {
  const replay = replaySince === undefined
    ? {}
    : { broadcast: { replay: { since: replaySince, limit: 25 } } };
  const channel = supabase.channel(topic, { config: { private: true, ...replay } });
  let isOver = false;
  /** The server says why before it closes. */
  let word = "";
  const end = () => {
    isOver = true;
    takeOff(supabase, channel);
  };
  try {
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
  } catch (error) {
    end();
    throw error;
  }
  return end;
}

/** Within this call the channel is off the client; the answer to its leaving is not waited for. */
function takeOff(supabase: SupabaseClient, channel: RealtimeChannel): void {
  const { realtime } = supabase;
  const isOn = () => realtime.getChannels().includes(channel);
  if (!isOn()) return; // the server has closed it
  supabase.removeChannel(channel).catch(() => {});
  if (!isOn()) return;
  // Its leaving could not be sent. Left where it is, it would be given to the next who asks for its topic, and join no more.
  channel.teardown();
  realtime.channels = realtime.channels.filter((other) => other !== channel);
}
