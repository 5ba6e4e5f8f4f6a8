/**
 * Brings messages over the socket of the app's own supabase client. A channel that is lost is taken off the client within the
 * call that tells so: supabase-js would rejoin it by itself, with the token of then (supabase-js#2613).
 */
import type { SupabaseClient } from "@supabase/supabase-js";
import { listenToForeign } from "./foreign_channel.ts";
import { claimsOf } from "./jwt.ts";
import { listenToOwn } from "./own_channel.ts";
import { openSockets } from "./socket_opening.ts";
import type { Surroundings } from "./surroundings.ts";
import type { OpenTransport, Transport, TransportEvents } from "./transport.ts";

/** The transport over `supabase.realtime`. */
export function socketTransport(supabase: SupabaseClient, surroundings: Surroundings): OpenTransport {
  return (events) => openTransport(supabase, surroundings, events);
}

function openTransport(
  supabase: SupabaseClient,
  surroundings: Surroundings,
  events: TransportEvents,
): Transport {
  const { realtime } = supabase;
  const opening = openSockets(realtime, surroundings);
  /** What takes a topic's channel off the client. */
  const joined = new Map<string, { end: () => void }>();

  function setAuth(token: string): void {
    Promise.resolve(realtime.setAuth(token)).catch(() => {});
  }

  function lost(topic: string, entry: { end: () => void }, reason: string): void {
    if (joined.get(topic) !== entry) return;
    joined.delete(topic);
    entry.end();
    events.down(topic, reason, /\bUnauthorized\b/.test(reason));
  }

  function subscribe(topic: string, token: string, entry: { end: () => void }): void {
    const told = {
      up: () => {
        if (joined.get(topic) !== entry) return;
        opening.isWell();
        events.up(topic);
      },
      down: (reason: string) => lost(topic, entry, reason),
      message: (event: string, payload: unknown) => {
        if (joined.get(topic) === entry) events.message({ topic, event, payload });
      },
    };
    setAuth(token); // takes effect within the call
    const foreign = realtime.getChannels().find((channel) => channel.topic === `realtime:${topic}`);
    entry.end = foreign ? listenToForeign(foreign, surroundings, told) : listenToOwn(supabase, topic, told);
  }

  return {
    kind: "socket",
    join(topic, token) {
      const entry = { end: () => {} };
      joined.get(topic)?.end();
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
          lost(topic, entry, error instanceof Error ? error.message : String(error));
        }
      });
    },
    leave(topic) {
      const entry = joined.get(topic);
      joined.delete(topic);
      entry?.end();
    },
    renew: setAuth,
    close() {
      const all = [...joined.values()];
      joined.clear();
      for (const { end } of all) end();
      opening.close();
    },
  };
}
