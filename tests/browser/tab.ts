/** A tab: its page, its sockets, its complaints. */
import { slowness } from "@esteira/local-supabase/testing";
import type { BrowserContext, CDPSession, Page, WebSocket } from "playwright-core";

export interface Tab {
  readonly page: Page;
  /** What the console and the page complained of. Empties when `forgive` is called. */
  readonly problems: readonly string[];
  /** What the console has said. */
  readonly lines: readonly string[];
  /** Takes what it has complained of so far for granted: there was no network, say. */
  forgive(): void;
  /** Realtime sockets that are open in this tab just now. */
  openSockets(): number;
  /** Bytes a second that it may send and receive; 0: no limit. */
  throttle(bytesPerSecond: number): Promise<void>;
}

/** How long anything may take on a machine that has other things to do, in milliseconds. */
export const PATIENCE_MS = 20_000;

/** Opens `address` in a new tab of `context`. */
export async function openTab(context: BrowserContext, address: string): Promise<Tab> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS * slowness());
  const problems: string[] = [];
  const lines: string[] = [];
  page.on("console", (message) => {
    lines.push(message.text());
    if (message.type() === "error") problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => problems.push(error.stack ?? String(error)));
  const sockets = new Set<WebSocket>();
  page.on("websocket", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const devtools = await context.newCDPSession(page);
  await page.goto(address);
  return {
    page,
    problems,
    lines,
    forgive: () => void problems.splice(0),
    openSockets: () => sockets.size,
    throttle: (bytesPerSecond) => throttle(devtools, bytesPerSecond),
  };
}

async function throttle(devtools: CDPSession, bytesPerSecond: number): Promise<void> {
  const throughput = bytesPerSecond || -1;
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    uploadThroughput: throughput,
    downloadThroughput: throughput,
  });
}
