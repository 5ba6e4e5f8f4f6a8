/** Keeps topics joined over a transport: a token that is valid now, a join; when it is lost, the same again after a while. */
import { messageOf } from "../api/message_of.ts";
import { backOff, RECONNECT, REFUSED } from "./back_off.ts";
import type { Channels, ChannelsEvents } from "./channels.ts";
import { claimsOf } from "./jwt.ts";
import type { Session } from "./session.ts";
import type { Surroundings } from "./surroundings.ts";
import type { OpenTransport } from "./transport.ts";

/** A token is renewed this long before it expires, milliseconds. */
const RENEW = 60_000;

interface Kept {
  readonly topic: string;
  state: "waiting" | "joining" | "joined";
  /** Failures since it was joined last. */
  tries: number;
  isRefused: boolean;
  /** Rises with each try: what belongs to an older one is not heard. */
  round: number;
  token: string | null;
  /** Whether it has been joined anew at once, its token having been refused. */
  isRenewed: boolean;
  timer: unknown;
}

export interface KeptChannelsOptions {
  readonly open: OpenTransport;
  readonly session: Session;
  readonly surroundings: Surroundings;
  readonly events: ChannelsEvents;
}

export function keepChannels({ open, session, surroundings, events }: KeptChannelsOptions): Channels {
  const all = new Map<string, Kept>();
  let lastDelay = { tries: 0, at: -Infinity, ms: 0 };
  let renewal: unknown;

  const transport = open({
    up(topic) {
      const kept = all.get(topic);
      if (kept?.state !== "joining") return;
      Object.assign(kept, { state: "joined", tries: 0, isRefused: false, isRenewed: false });
      renewBefore(kept.token);
      events.up(topic);
    },
    down(topic, reason, fatal) {
      const kept = all.get(topic);
      if (kept && kept.state !== "waiting") failed(kept, reason, fatal);
    },
    message: (message) => {
      if (all.has(message.topic)) events.message(message);
    },
  });

  function join(kept: Kept): void {
    surroundings.clearTimeout(kept.timer);
    const round = ++kept.round;
    kept.state = "joining";
    session.token().then((token) => {
      if (kept.round !== round) return;
      if (token === null) return failed(kept, "nobody is signed in", false);
      kept.token = token;
      transport.join(kept.topic, token);
    }).catch((error) => {
      if (kept.round === round) failed(kept, messageOf(error), false);
    });
  }

  function failed(kept: Kept, reason: string, fatal: boolean): void {
    const isOfToken = kept.token !== null && isAboutTokens(reason);
    if (isOfToken) session.distrust(kept.token ?? "");
    kept.state = "waiting";
    kept.isRefused = fatal;
    kept.tries++;
    kept.round++;
    surroundings.clearTimeout(kept.timer);
    // That a token is none any more is no weather: another one is tried at once, as with a request; then all wait.
    const isAtOnce = isOfToken && !kept.isRenewed;
    kept.isRenewed = isOfToken;
    kept.timer = surroundings.setTimeout(() => join(kept), isAtOnce ? 0 : delay(kept));
    events.down(kept.topic, reason);
  }

  /** What was cut at once is joined again at once, by one socket. */
  function delay({ tries, isRefused }: Kept): number {
    const at = surroundings.now();
    if (isRefused) return backOff(tries, surroundings.random(), REFUSED);
    if (lastDelay.tries !== tries || Math.abs(at - lastDelay.at) > 50) {
      lastDelay = { tries, at, ms: backOff(tries, surroundings.random(), RECONNECT) };
    }
    return lastDelay.ms;
  }

  /** Asks for a newer token before this one expires; the session tells of it. */
  function renewBefore(token: string | null): void {
    const expiresAt = token === null ? undefined : claimsOf(token).expiresAt;
    surroundings.clearTimeout(renewal);
    if (expiresAt === undefined) return;
    const ms = Math.min(Math.max(expiresAt - surroundings.now() - RENEW, 5_000), 2 ** 31 - 1);
    renewal = surroundings.setTimeout(() => {
      session.token().catch(() => null).then((newer) => {
        if ([...all.values()].some(({ state }) => state === "joined")) renewBefore(newer ?? token);
      });
    }, ms);
  }

  const unlisten = session.onToken((token) => {
    renewBefore(token);
    transport.renew(token);
    for (const kept of all.values()) {
      if (kept.state === "joined") kept.token = token;
      else if (kept.state === "waiting") join(kept); // it may be what was missing, or have the right that the last one lacked
    }
  });

  return {
    via: transport.kind,
    want(topic) {
      if (all.has(topic)) return;
      const kept: Kept = {
        topic,
        state: "waiting",
        tries: 0,
        isRefused: false,
        round: 0,
        token: null,
        isRenewed: false,
        timer: undefined,
      };
      all.set(topic, kept);
      join(kept);
    },
    unwant(topic) {
      const kept = all.get(topic);
      if (!kept) return;
      all.delete(topic);
      kept.round++;
      surroundings.clearTimeout(kept.timer);
      transport.leave(topic);
    },
    again(reason) {
      for (const kept of all.values()) {
        transport.leave(kept.topic);
        kept.tries = 0;
        if (kept.state === "joined") events.doubted(kept.topic, reason);
        join(kept);
      }
    },
    close() {
      unlisten();
      surroundings.clearTimeout(renewal);
      for (const kept of all.values()) {
        kept.round++;
        surroundings.clearTimeout(kept.timer);
      }
      all.clear();
      transport.close();
    },
  };
}

/** As Realtime says it: InvalidJWTToken, MalformedJWT, JwtSignatureError, "Token has expired 3 seconds ago". */
function isAboutTokens(reason: string): boolean {
  const words = reason.toLowerCase();
  return words.includes("jwt") || words.includes("token") && words.includes("expired");
}
