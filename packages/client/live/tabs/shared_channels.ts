/** Channels that the tabs of a browser share: one tab leads and has the connection, the others follow. */
import type { Channels, ChannelsEvents } from "../channels.ts";
import type { Locks, Surroundings } from "../surroundings.ts";
import { standForElection } from "./election.ts";
import { follow, type Follower } from "./follower.ts";
import { lead, type Leader } from "./leader.ts";
import { isAbove, type TabMessage, tabsName } from "./protocol.ts";

export interface SharedChannelsOptions {
  /** Address of the project's Realtime: with the user, and the kind of transport, it says who shares. */
  readonly project: string;
  readonly userId: string;
  readonly kind: string;
  /** The connection of this tab, when it leads. */
  readonly open: (events: ChannelsEvents) => Channels;
  readonly surroundings: Surroundings;
  readonly locks: Locks;
  readonly BroadcastChannel: typeof BroadcastChannel;
  readonly events: ChannelsEvents;
  readonly log: (message: string) => void;
}

type Role = { readonly kind: "leader"; readonly it: Leader } | {
  readonly kind: "follower";
  readonly it: Follower;
};

export function shareChannels(options: SharedChannelsOptions): Channels {
  const { open, surroundings, locks, events, log } = options;
  const name = tabsName(options.project, options.userId, options.kind);
  const id = surroundings.uuid();
  const wanted = new Set<string>();
  const channel = new options.BroadcastChannel(name);
  /** Without locks each tab leads alone. */
  let isAlone = false;
  let isClosed = false;
  let role: Role = { kind: "follower", it: newFollower() };

  function post(message: TabMessage): void {
    if (!isClosed && !isAlone) channel.postMessage(message);
  }

  function newFollower(): Follower {
    return follow({ wanted, id, surroundings, events, post, silent });
  }

  function silent(): void {
    log("[REALTIME] No other tab answers: this one takes the lead");
    election.steal();
  }

  function becomeLeader(): void {
    if (role.kind === "leader") return;
    log("[REALTIME] This tab has the connection");
    role.it.close("this tab takes over");
    role = { kind: "leader", it: lead({ wanted, open, surroundings, events, post }) };
  }

  function becomeFollower(reason: string): void {
    if (role.kind === "follower") return;
    log(`[REALTIME] Another tab has the connection: ${reason}`);
    role.it.close(false);
    role = { kind: "follower", it: newFollower() };
    for (const topic of wanted) events.doubted(topic, reason);
  }

  channel.onmessage = ({ data }: { data: TabMessage }) => {
    if (isClosed || isAlone) return;
    if (role.kind === "follower") return role.it.hear(data);
    // What an earlier leader still passes on comes sooner than what this one joins.
    if (data.kind === "passed" && wanted.has(data.message.topic)) return events.message(data.message);
    if (data.kind === "beat" && isAbove(data.term, role.it.term)) {
      becomeFollower("a later one leads");
      return election.resign();
    }
    role.it.hear(data);
  };

  const election = standForElection(locks, name, {
    won: becomeLeader,
    lost: () => becomeFollower("it took the lead"),
    impossible(error) {
      log(`[REALTIME] Tabs cannot share a connection here: ${error}`);
      isAlone = true;
      becomeLeader();
    },
  });

  return {
    get via() {
      return role.kind === "leader" ? role.it.channels.via : "other_tab";
    },
    want(topic) {
      if (wanted.has(topic)) return;
      wanted.add(topic);
      role.it.want(topic);
    },
    unwant(topic) {
      if (wanted.delete(topic)) role.it.unwant(topic);
    },
    again(reason) {
      role.it.again(reason);
    },
    close() {
      wanted.clear();
      if (role.kind === "leader") role.it.close(true);
      else {
        role.it.close(null);
        post({ kind: "wants", tab: id, topics: [], asks: false });
      }
      isClosed = true;
      election.close();
      channel.onmessage = null;
      channel.close();
    },
  };
}
