/** Opens the socket of a supabase client, and finds out that an open one is dead. */
import { messageOf } from "../api/message_of.ts";
import type { RealtimeClient } from "@supabase/supabase-js";
import type { Surroundings } from "./surroundings.ts";

/** A socket that is not open by then will hardly be, milliseconds. */
const OPENS_WITHIN = 10_000;
/** A heartbeat that is not answered by then is not, on most networks; doubled after each time that this ended a socket. */
const ANSWERS_WITHIN = 4_000;
const ANSWERS_WITHIN_AT_MOST = 16_000;

export interface SocketOpening {
  /**
   * Calls `done` when the socket is open, at once if it is; or with what kept it from that. Joining before would leave the
   * join, with a token that ages, in a buffer of supabase-js.
   */
  whenOpen(done: (failure: string | null) => void): void;
  /** A topic was joined: the socket is well. */
  isWell(): void;
  close(): void;
}

export function openSockets(realtime: RealtimeClient, surroundings: Surroundings): SocketOpening {
  const waiting = new Set<(failure: string | null) => void>();
  let patience = ANSWERS_WITHIN;
  let step: unknown;
  let probe: unknown;
  /** The heartbeat that it waits for. */
  let probed: string | null = null;

  function settle(failure: string | null): void {
    surroundings.clearTimeout(step);
    step = undefined;
    if (failure === null) askForLife();
    const all = [...waiting];
    waiting.clear();
    for (const done of all) done(failure);
  }

  /** Looks how far it is. Both kinds of realtime-js, before and after phoenix, show these states, and no events alike. */
  function look(begun: number, hasTried: boolean): void {
    if (realtime.isConnected()) return settle(null);
    const waited = Math.abs(surroundings.now() - begun);
    if (waited > OPENS_WITHIN) {
      disconnect();
      return settle("the socket does not open");
    }
    if (!realtime.isConnecting() && !realtime.isDisconnecting()) {
      if (hasTried) return settle("the socket was refused");
      hasTried = true;
      try {
        disconnect(); // what is left of the last one keeps connect() from making another
        realtime.connect();
      } catch (error) {
        return settle(messageOf(error));
      }
    }
    step = surroundings.setTimeout(() => look(begun, hasTried), waited < 1_000 ? 20 : 100);
  }

  function disconnect(): void {
    Promise.resolve(realtime.disconnect()).catch(() => {});
  }

  /**
   * Phoenix takes up to 50 s to see that nobody answers. A heartbeat is asked for now; asked for again while the last one is
   * unanswered, it ends the socket and tells its channels.
   */
  function askForLife(): void {
    if (!pendingHeartbeat()) sendHeartbeat();
    const asked = pendingHeartbeat();
    if (!asked || asked === probed) return;
    probed = asked;
    surroundings.clearTimeout(probe);
    probe = surroundings.setTimeout(() => {
      probed = null;
      if (pendingHeartbeat() !== asked || !realtime.isConnected()) return;
      patience = Math.min(patience * 2, ANSWERS_WITHIN_AT_MOST);
      sendHeartbeat();
    }, patience);
  }

  function sendHeartbeat(): void {
    Promise.resolve(realtime.sendHeartbeat()).catch(() => {});
  }

  function pendingHeartbeat(): string | null {
    return realtime.pendingHeartbeatRef ?? null;
  }

  return {
    whenOpen(done) {
      if (realtime.isConnected()) {
        askForLife();
        return done(null);
      }
      waiting.add(done);
      if (step === undefined) look(surroundings.now(), false);
    },
    isWell() {
      patience = ANSWERS_WITHIN;
    },
    close() {
      waiting.clear();
      surroundings.clearTimeout(step);
      surroundings.clearTimeout(probe);
      step = probe = undefined;
      probed = null;
      // What is being closed, or does not answer, would open again after that. Supabase-js closes it within a minute by itself.
      const isDoubtful = realtime.isDisconnecting() || pendingHeartbeat() !== null;
      if (realtime.getChannels().length === 0 && !isDoubtful) disconnect();
    },
  };
}
