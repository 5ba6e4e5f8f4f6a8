/** A websocket client for tests that speaks in frames, for what supabase-js does not send. */
import { eventually } from "../testing.ts";

export class RawSocket {
  /** Text frames received, parsed. */
  readonly received: unknown[] = [];
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.received.push(JSON.parse(data)));
  }

  /** Connects to `/realtime/v1/websocket` of `url` (`http://…`); rejects when the handshake is refused. */
  static async open(url: string, query: Record<string, string>): Promise<RawSocket> {
    const parameters = new URLSearchParams(query);
    const socket = new WebSocket(`${url.replace("http", "ws")}/realtime/v1/websocket?${parameters}`);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", () => reject(new Error("The handshake was refused")));
    });
    return new RawSocket(socket);
  }

  send(message: unknown): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Waits for the `count`-th message since the last call, and returns all since then. */
  async take<T>(count: number): Promise<T[]> {
    await eventually(() => this.received.length >= count || undefined, { what: `${count} messages` });
    return this.received.splice(0) as T[];
  }

  /** Resolves with the code when the other side closes. */
  closed(): Promise<number> {
    return new Promise((resolve) => this.#socket.addEventListener("close", ({ code }) => resolve(code)));
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = this.closed();
    this.#socket.close();
    await closed;
  }
}
