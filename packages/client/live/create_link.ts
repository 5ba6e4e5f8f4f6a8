/** Makes the connection of a supabase client. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Logger } from "../api/esteira.ts";
import type { Channels, ChannelsEvents } from "./channels.ts";
import { createEngine } from "./engine.ts";
import { keepChannels } from "./kept_channels.ts";
import type { Link } from "./link.ts";
import { watchSession } from "./session.ts";
import { socketTransport } from "./socket_transport.ts";
import { browserSurroundings, type Surroundings } from "./surroundings.ts";
import { shareLate } from "./tabs/share_late.ts";
import type { SharedChannelsOptions } from "./tabs/shared_channels.ts";
import type { OpenTransport } from "./transport.ts";

export interface LinkOptions {
  /** What brings the messages. Left out: the socket of the supabase client. */
  transport?: { readonly kind: "socket" | "sse"; readonly open: OpenTransport };
  /** Whether the tabs of a browser share one connection. Default: true where the browser can. */
  shareTabs?: boolean;
  /** How they share it. Left out: by code that is loaded when it is needed. */
  share?: (options: SharedChannelsOptions) => Channels;
  logger?: Logger;
  surroundings?: Surroundings;
}

/** The engines of clients that are in use, by kind of transport and sharing. */
const engines = new WeakMap<SupabaseClient, Map<string, { engine: Link; users: number }>>();

/**
 * The connection of `supabase`. Two links of one client (React's StrictMode makes two) share what they connect; logger and
 * surroundings are then those of the first. Never throws; nothing that fails rejects unheard.
 */
export function createLink(supabase: SupabaseClient, options: LinkOptions = {}): Link {
  const key = `${options.transport?.kind ?? "socket"} ${options.shareTabs ?? true}`;
  const ofClient = engines.get(supabase) ?? new Map<string, { engine: Link; users: number }>();
  engines.set(supabase, ofClient);
  const shared = ofClient.get(key) ?? { engine: startEngine(supabase, options), users: 0 };
  ofClient.set(key, shared);
  shared.users++;

  const { engine } = shared;
  const releases = new Set<() => void>();
  let isClosed = false;
  const kept = (release: () => void) => {
    const once = () => {
      if (releases.delete(once)) release();
    };
    releases.add(once);
    return once;
  };
  return {
    ...engine,
    onUser: (tell) => isClosed ? () => {} : kept(engine.onUser(tell)),
    hold: (holding) => isClosed ? () => {} : kept(engine.hold(holding)),
    close() {
      if (isClosed) return;
      isClosed = true;
      for (const release of [...releases]) release();
      if (--shared.users > 0) return;
      ofClient.delete(key);
      engine.close();
    },
  };
}

function startEngine(supabase: SupabaseClient, options: LinkOptions): Link {
  const { shareTabs = true, share = shareLate, logger = SILENT, surroundings = browserSurroundings() } =
    options;
  const { kind = "socket", open = socketTransport(supabase, surroundings) } = options.transport ?? {};
  const { locks, BroadcastChannel } = surroundings;
  const session = watchSession(supabase, surroundings);

  function openChannels(userId: string, events: ChannelsEvents): Channels {
    const own = (events: ChannelsEvents) => keepChannels({ open, session, surroundings, events });
    if (!shareTabs || !locks || !BroadcastChannel) return own(events);
    const project = supabase.realtime.endPoint;
    const log = (message: string) => logger.debug(message);
    return share({ project, userId, kind, open: own, surroundings, locks, BroadcastChannel, events, log });
  }

  const messagesVia = kind === "sse" ? "sse" : "realtime";
  return createEngine({ session, surroundings, logger, messagesVia, openChannels });
}

const SILENT: Logger = { debug() {}, warn() {}, error() {} };
