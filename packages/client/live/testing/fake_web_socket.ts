/** The page's end of a socket: a WebSocket over a network that tests disturb. */
import type { FakeClock, Page } from "./fake_clock.ts";
import type { FakeRealtime, Peer } from "./fake_realtime.ts";

/** The network of one page. */
export interface FakeNetwork {
  /** False: nothing gets through, and what is open does not notice. */
  isUp: boolean;
  /** Milliseconds, one way. */
  latency: number;
}

type Listener = ((event: unknown) => void) | null;

/** How long an end that is not answered takes to close, milliseconds. */
const CLOSES_AFTER = 60_000;

/** The WebSocket class of one page. */
export function fakeWebSockets(
  clock: FakeClock,
  page: Page,
  network: FakeNetwork,
  server: () => FakeRealtime | null,
) {
  const open = new Set<FakeWebSocket>();

  class FakeWebSocket {
    static readonly all = open;
    readonly url: string;
    binaryType = "blob";
    bufferedAmount = 0;
    readyState = 0;
    onopen: Listener = null;
    onclose: Listener = null;
    onerror: Listener = null;
    onmessage: Listener = null;
    /** Nothing gets through any more, and neither end knows. */
    isHalfOpen = false;
    #server: FakeRealtime | null = null;
    readonly #peer: Peer;

    constructor(url: string | URL) {
      this.url = String(url);
      this.#peer = {
        version: new URL(this.url).searchParams.get("vsn") ?? "1.0.0",
        deliver: (frame) => this.#arrive(frame),
        close: () => clock.post(page, network.latency, () => this.#closed(1012)),
      };
      clock.post(page, network.isUp ? network.latency * 2 : 30, () => {
        if (this.readyState !== 0) return;
        const realtime = network.isUp ? server() : null;
        if (!realtime) return this.#failed();
        this.#server = realtime;
        this.readyState = 1;
        open.add(this);
        realtime.connect(this.#peer);
        this.onopen?.({});
      });
    }

    send(frame: string | ArrayBuffer): void {
      if (this.readyState !== 1 || typeof frame !== "string") return;
      this.#server?.sent(frame, page);
      clock.post(undefined, network.latency, () => {
        if (this.#passes()) this.#server?.receive(this.#peer, frame);
      });
    }

    close(code = 1000): void {
      if (this.readyState >= 2) return;
      this.readyState = 2;
      const reaches = this.#passes() || this.#server === null;
      if (reaches) this.#server?.gone(this.#peer);
      clock.post(page, reaches ? network.latency : CLOSES_AFTER, () => this.#closed(code));
    }

    /** The connection breaks, and both ends know. */
    cut(): void {
      this.#server?.gone(this.#peer);
      clock.post(page, 0, () => this.#closed(1006));
    }

    /** What does not get through ends a connection: the frames after it would never be taken. */
    #passes(): boolean {
      if (!network.isUp) this.isHalfOpen = true;
      return !this.isHalfOpen;
    }

    #arrive(frame: string | ArrayBuffer): void {
      clock.post(page, network.latency, () => {
        if (this.readyState === 1 && this.#passes()) this.onmessage?.({ data: frame });
      });
    }

    #failed(): void {
      this.readyState = 3;
      this.onerror?.({ type: "error" });
      this.onclose?.({ code: 1006, reason: "" });
    }

    #closed(code: number): void {
      if (this.readyState === 3) return;
      open.delete(this);
      this.#server?.gone(this.#peer);
      this.readyState = 3;
      this.onclose?.({ code, reason: "" });
    }
  }
  return FakeWebSocket;
}
