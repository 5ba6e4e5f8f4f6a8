/** A client on a machine whose clock is wrong. A worker, for a clock is the whole program's; it is set before the client is loaded. */
/// <reference lib="deno.worker" />
import type { Screen } from "../screen.ts";
import type { Order, Told } from "./words.ts";

const RealDate = Date;
let ahead = 0;

class WrongDate extends RealDate {
  constructor(...args: [] | [string | number | Date]) {
    super(args.length === 0 ? RealDate.now() + ahead : args[0]);
  }
  static override now(): number {
    return RealDate.now() + ahead;
  }
}
globalThis.Date = WrongDate as DateConstructor;

/** How often what is shown is looked at. */
const LOOK_MS = 20;

const tell = (told: Told) => self.postMessage(told);
let screen: Screen | undefined;
let last = "";

async function open({ url, key, person }: Order & { kind: "open" }): Promise<void> {
  const { openScreen } = await import("../screen.ts");
  const opened = screen = await openScreen(url, key, person);
  const look = () => {
    if (screen !== opened) return;
    const { lines, wrongs } = opened;
    const told: Told = {
      kind: "shown",
      shows: opened.shows(),
      connection: opened.connection(),
      lines,
      wrongs,
    };
    const text = JSON.stringify(told);
    if (text !== last) tell(told);
    last = text;
    setTimeout(look, LOOK_MS);
  };
  look();
}

async function close(): Promise<void> {
  const opened = screen;
  screen = undefined;
  await opened?.close();
  tell({ kind: "closed" });
}

self.onmessage = ({ data: order }: MessageEvent<Order>) => {
  if (order.kind !== "close") ahead = order.aheadMs;
  const done = order.kind === "open" ? open(order) : order.kind === "close" ? close() : Promise.resolve();
  done.catch((error) => tell({ kind: "failed", message: String(error) }));
};
