/** What the pages of one browser share: locks and broadcast channels. */
import type { Locks } from "../surroundings.ts";
import type { FakeClock, Page } from "./fake_clock.ts";

interface Request {
  readonly page: Page;
  readonly grant: () => void;
  readonly lose: (error: Error) => void;
}

export class FakeBrowser {
  readonly #held = new Map<string, Request>();
  readonly #queues = new Map<string, Request[]>();
  readonly #channels = new Set<{ name: string; page: Page; tell: (data: unknown) => void }>();
  /** Messages of broadcast channels so far. */
  messages = 0;
  /** So many of the next messages are lost. */
  loses = 0;
  /** Locks are refused, as where storage is. */
  refuses = false;
  /** False: who had a lock does not learn that it was stolen. */
  tellsOfTheft = true;

  constructor(readonly clock: FakeClock) {}

  /** A page is closed: its locks are free, its channels deaf. */
  closed(page: Page): void {
    for (const queue of this.#queues.values()) {
      for (const request of queue.filter((each) => each.page === page)) {
        queue.splice(queue.indexOf(request), 1);
      }
    }
    for (const [name, holder] of [...this.#held]) if (holder.page === page) this.#release(name, holder);
    for (const channel of this.#channels) if (channel.page === page) this.#channels.delete(channel);
  }

  /** Who holds a lock. */
  holder(): Page | undefined {
    return [...this.#held.values()][0]?.page;
  }

  /** The names of the locks that are held. */
  names(): string[] {
    return [...this.#held.keys()];
  }

  locks(page: Page): Locks {
    return {
      request: (name, { steal, ifAvailable, signal }, held) =>
        new Promise((resolve, reject) => {
          if (this.refuses) return reject(new DOMException("not here", "SecurityError"));
          const request: Request = {
            page,
            grant: () => {
              this.#held.set(name, request);
              this.clock.post(page, 0, () => {
                if (this.#held.get(name) !== request) return;
                Promise.resolve().then(() => held({ name })).then(
                  () => resolve(),
                  (error) => reject(error),
                ).finally(() => this.#release(name, request));
              });
            },
            lose: (error) => this.clock.post(page, 0, () => reject(error)),
          };
          const holder = this.#held.get(name);
          if (steal) {
            if (this.tellsOfTheft) holder?.lose(new DOMException("stolen", "AbortError"));
            return request.grant();
          }
          if (!holder) return request.grant();
          if (ifAvailable) return resolve(Promise.resolve(held(null)));
          const queue = this.#queues.get(name) ?? [];
          this.#queues.set(name, queue);
          queue.push(request);
          signal?.addEventListener("abort", () => {
            const at = queue.indexOf(request);
            if (at < 0) return;
            queue.splice(at, 1);
            reject(signal.reason);
          });
        }),
    };
  }

  #release(name: string, request: Request): void {
    if (this.#held.get(name) !== request) return;
    this.#held.delete(name);
    this.#queues.get(name)?.shift()?.grant();
  }

  channelClass(page: Page): typeof BroadcastChannel {
    const { clock } = this;
    const channels = this.#channels;
    const isLost = () => (this.messages++, this.loses > 0 && this.loses-- > 0);
    class FakeBroadcastChannel {
      onmessage: ((event: { data: unknown }) => void) | null = null;
      readonly #entry: { name: string; page: Page; tell: (data: unknown) => void };
      constructor(readonly name: string) {
        this.#entry = { name, page, tell: (data) => this.onmessage?.({ data }) };
        channels.add(this.#entry);
      }
      postMessage(data: unknown): void {
        if (!channels.has(this.#entry)) throw new DOMException("closed", "InvalidStateError");
        if (isLost()) return;
        const text = JSON.stringify(data);
        for (const entry of channels) {
          if (entry === this.#entry || entry.name !== this.name) continue;
          clock.post(entry.page, 1, () => {
            if (channels.has(entry)) entry.tell(JSON.parse(text));
          });
        }
      }
      close(): void {
        channels.delete(this.#entry);
      }
    }
    return FakeBroadcastChannel as unknown as typeof BroadcastChannel;
  }
}
