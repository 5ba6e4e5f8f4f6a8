/**
 * The topics that this process listens to, each once however many streams hear of it. A topic is joined when the first
 * stream wants it and left some seconds after the last has gone, because streams end and come back all the time.
 */

/** What brings the broadcasts: Realtime, or what a test has in its place. */
export interface Upstream {
  /** Joins a topic. Ends by itself with `lost`, once, and tells nothing after that. Returns what leaves it. */
  join(topic: string, events: UpstreamEvents): () => void;
}

export interface UpstreamEvents {
  /** From here on every broadcast comes. */
  joined(): void;
  message(message: unknown): void;
  lost(reason: string): void;
}

/** What a stream hears of a topic. Must not throw. */
export interface TopicListener extends UpstreamEvents {}

export interface HubOptions {
  /** How long a topic is kept that nobody hears, in milliseconds. */
  lingerMs?: number;
  /** How long to wait before a lost topic is joined again, in milliseconds; `tries`: how often in a row it was in vain. */
  rejoinMs?: (tries: number) => number;
}

interface Room {
  readonly topic: string;
  readonly listeners: Set<TopicListener>;
  isJoined: boolean;
  tries: number;
  leave: () => void;
  timer?: ReturnType<typeof setTimeout>;
}

export class Hub {
  readonly #rooms = new Map<string, Room>();
  readonly #lingerMs: number;
  readonly #rejoinMs: (tries: number) => number;

  constructor(
    private readonly upstream: Upstream,
    { lingerMs = 10_000, rejoinMs = halfToOne }: HubOptions = {},
  ) {
    this.#lingerMs = lingerMs;
    this.#rejoinMs = rejoinMs;
  }

  /** How many topics are joined or about to be. */
  get size(): number {
    return this.#rooms.size;
  }

  /** Hears a topic until the returned function is called. `joined` is called at once where it is joined already. */
  hold(topic: string, listener: TopicListener): () => void {
    const room = this.#rooms.get(topic) ?? this.#open(topic);
    if (room.listeners.size === 0) this.#stay(room);
    room.listeners.add(listener);
    if (room.isJoined) listener.joined();
    return () => {
      if (room.listeners.delete(listener) && room.listeners.size === 0) this.#linger(room);
    };
  }

  #open(topic: string): Room {
    const room: Room = { topic, listeners: new Set(), isJoined: false, tries: 0, leave: () => {} };
    this.#rooms.set(topic, room);
    this.#join(room);
    return room;
  }

  #join(room: Room): void {
    let isOver = false;
    const leave = this.upstream.join(room.topic, {
      joined: () => {
        if (isOver || room.isJoined) return;
        room.isJoined = true;
        room.tries = 0;
        for (const listener of [...room.listeners]) listener.joined();
      },
      message: (message) => {
        if (isOver) return;
        for (const listener of [...room.listeners]) listener.message(message);
      },
      lost: (reason) => {
        if (isOver) return;
        isOver = true;
        room.isJoined = false;
        if (room.listeners.size === 0) return this.#close(room);
        for (const listener of [...room.listeners]) listener.lost(reason);
        room.leave = () => {};
        room.timer = setTimeout(() => this.#join(room), this.#rejoinMs(room.tries++));
      },
    });
    room.leave = () => {
      isOver = true;
      leave();
    };
  }

  /** Somebody hears it again: it is not left. */
  #stay(room: Room): void {
    if (room.isJoined) clearTimeout(room.timer);
  }

  #linger(room: Room): void {
    clearTimeout(room.timer);
    if (!room.isJoined) return this.#close(room);
    room.timer = setTimeout(() => this.#close(room), this.#lingerMs);
  }

  #close(room: Room): void {
    clearTimeout(room.timer);
    this.#rooms.delete(room.topic);
    room.leave();
  }
}

/** One second, then two, four, eight; from half of it to all of it, so that not all come at once. */
function halfToOne(tries: number): number {
  return 1000 * 2 ** Math.min(tries, 3) * (0.5 + Math.random() / 2);
}
