/** What a stream says, in the words of the contract. */
import type { MissedReason, StreamEvent } from "../../../shared/rows/stream.ts";
import { type Broadcast, told } from "./broadcast.ts";
import { eventFrame, retryFrame } from "./frames.ts";
import type { Outbox } from "./outbox.ts";

export type LiveState = "live" | "catching_up";

export class Saying {
  #hasSaidHello = false;

  constructor(private readonly outbox: Pick<Outbox, "send">, private readonly topics: readonly string[]) {}

  get hasSaidHello(): boolean {
    return this.#hasSaidHello;
  }

  retry(ms: number): void {
    this.outbox.send(retryFrame(ms));
  }

  /** Says hello unless that was said. `id`: to come back with; undefined: there is none yet. */
  hello(state: LiveState, id: string | undefined): void {
    if (this.#hasSaidHello) return;
    this.#hasSaidHello = true;
    const topics = [...this.topics];
    this.#say({ type: "connected", timestamp: now(), message: "SSE connected", topics, state }, { id });
  }

  heartbeat(): void {
    this.#say({ type: "heartbeat", timestamp: now() });
  }

  state(state: LiveState, reason: string): void {
    this.#say({ type: "state", timestamp: now(), state, reason }, { name: "state" });
  }

  snapshot(reason: MissedReason, id: string): void {
    this.#say({ type: "snapshot", timestamp: now(), reason }, { id });
  }

  change(broadcast: Broadcast, id?: string): void {
    this.#say(told(broadcast), { id });
  }

  #say(event: StreamEvent, options: { id?: string | undefined; name?: string } = {}): void {
    this.outbox.send(eventFrame(event, options));
  }
}

const now = () => new Date().toISOString();
