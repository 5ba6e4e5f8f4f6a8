/**
 * Brings messages over the socket of the app's own supabase client. A channel that is lost is taken off the client within the
 * call that tells so: supabase-js would rejoin it by itself, with the token of then (supabase-js#2613).
 */
import { messageOf } from "../api/message_of.ts";
import type { SupabaseClient } from "@supabase/supabase-js";
import { listenToForeign } from "./foreign_channel.ts";
import { claimsOf } from "./jwt.ts";
import { type ChannelTold, listenToOwn } from "./own_channel.ts";
import { openSockets } from "./socket_opening.ts";
import type { Surroundings } from "./surroundings.ts";
import type { OpenTransport, Transport, TransportEvents } from "./transport.ts";

/** What was joined so long ago is not replayed, milliseconds: a snapshot says more than the last 25 messages. */
const REPLAYS = 600_000;
/** How long a channel may have been deaf before that was noticed, milliseconds: two heartbeats. */
const DEAF = 60_000;

/** The transport over `supabase.realtime`. */
export function socketTransport(supabase: SupabaseClient, surroundings: Surroundings): OpenTransport {
  return (events) => openTransport(supabase, surroundings, events);
}

interface Entry {
  isUp: boolean;
  /** Takes its channel off the client. */
  end: () => void;
}

function openTransport(
  supabase: SupabaseClient,
  surroundings: Surroundings,
  events: TransportEvents,
): Transport {
  const { realtime } = supabase;
  const opening = openSockets(realtime, surroundings);
  const joined = new Map<string, Entry>();
  /** When a topic was left or lost that had been joined. */
  const heardUntil = new Map<string, number>();
  /** Replay is no more than polish: a server that refuses it is not asked again. */
  let refusesReplay = false;

  function setAuth(token: string): void {
    Promise.resolve(realtime.setAuth(token)).catch(() => {});
  }

  /** Takes a topic's channel off the client. */
  function end(topic: string, entry: Entry): void {
    joined.delete(topic);
    if (entry.isUp) heardUntil.set(topic, surroundings.now());
    entry.end();
  }

  function lost(topic: string, entry: Entry, reason: string): void {
    if (joined.get(topic) !== entry) return;
    end(topic, entry);
    events.down(topic, reason, /\bUnauthorized\b/.test(reason));
  }

  function replaySince(topic: string): number | undefined {
    const until = heardUntil.get(topic);
    const isRecent = until !== undefined && Math.abs(surroundings.now() - until) < REPLAYS;
    return isRecent && !refusesReplay ? Math.floor(until) - DEAF : undefined;
  }

  function subscribe(topic: string, token: string, entry: Entry): void {
    const since = replaySince(topic);
    const told: ChannelTold = {
      up() {
        if (joined.get(topic) !== entry) return;
        entry.isUp = true;
        opening.isWell();
        events.up(topic);
      },
      down(reason) {
        if (since === undefined || !/replay/i.test(reason)) return lost(topic, entry, reason);
        refusesReplay = true;
        entry.end();
        subscribe(topic, token, entry);
      },
      message(event, payload) {
        if (joined.get(topic) === entry) events.message({ topic, event, payload });
      },
    };
    setAuth(token); // takes effect within the call
    const foreign = realtime.getChannels().find((channel) => channel.topic === `realtime:${topic}`);
    entry.end = foreign
      ? listenToForeign(foreign, surroundings, told)
      : listenToOwn(supabase, topic, told, { replaySince: since });
  }

  return {
    kind: "socket",
    join(topic, token) {
      const entry: Entry = { isUp: false, end: () => {} };
      const last = joined.get(topic);
      if (last) end(topic, last);
      joined.set(topic, entry);
      const expiresAt = claimsOf(token).expiresAt ?? Infinity;
      const begun = surroundings.now();
      opening.whenOpen((failure) => {
        if (joined.get(topic) !== entry) return;
        if (failure !== null) return lost(topic, entry, failure);
        // Opened after a sleep: the token of before it may be none any more.
        const isLate = expiresAt > begun && expiresAt <= surroundings.now();
        if (isLate) return lost(topic, entry, "the token expired while the socket opened");
        try {
          subscribe(topic, token, entry);
        } catch (error) {
          lost(topic, entry, messageOf(error));
        }
      });
    },
    leave(topic) {
      const entry = joined.get(topic);
      if (entry) end(topic, entry);
    },
    renew: setAuth,
    close() {
      for (const [topic, entry] of [...joined]) end(topic, entry);
      opening.close();
    },
  };
}
