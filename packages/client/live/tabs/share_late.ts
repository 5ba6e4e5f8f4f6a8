/** Sharing between tabs, loaded when a first topic is wanted: servers, and apps that do not share, need none of it. */
import type { Channels } from "../channels.ts";
import type { SharedChannelsOptions } from "./shared_channels.ts";

/** What is wanted meanwhile is joined when it is there. When it cannot be loaded, this tab has a connection of its own. */
export function shareLate(options: SharedChannelsOptions): Channels {
  const wanted = new Set<string>();
  let channels: Channels | undefined;
  let isClosed = false;

  async function load(): Promise<void> {
    const open = await import("./shared_channels.ts").then(
      ({ shareChannels }) => () => shareChannels(options),
      (error) => {
        options.log(`[REALTIME] Tabs do not share a connection: ${error}`);
        return () => options.open(options.events);
      },
    );
    if (isClosed) return;
    channels = open();
    for (const topic of wanted) channels.want(topic);
  }
  void load();

  return {
    get via() {
      return channels?.via ?? "socket";
    },
    want(topic) {
      wanted.add(topic);
      channels?.want(topic);
    },
    unwant(topic) {
      wanted.delete(topic);
      channels?.unwant(topic);
    },
    again: (reason) => channels?.again(reason),
    close() {
      isClosed = true;
      channels?.close();
    },
  };
}
