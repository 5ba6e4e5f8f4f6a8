/** What is on its way to one reader: bounded, so that who does not read costs no more than who does. */

/** How much may wait for a reader, in bytes. */
export const MOST_WAITING = 256 * 1024;

/** What a reader is told who was too slow: the connection breaks off, and they come back for the rest. */
export class ReaderTooSlow extends Error {
  readonly code = "reader_too_slow";
}

export class Outbox {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #isOpen = true;
  #waiting: (() => void)[] = [];

  /** `gone` is called once, when nobody reads any longer: the reader has left, or was too slow. */
  constructor(
    private readonly gone: (why: "left" | "too slow") => void,
    private readonly most: number = MOST_WAITING,
  ) {
    this.body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#wake(),
      cancel: () => this.#leave("left"),
    }, { highWaterMark: most, size: (chunk) => chunk.byteLength });
  }

  /** Sends text. A reader for whom too much waits already is dropped, and what waits with them. */
  send(text: string): void {
    if (!this.#isOpen) return;
    this.#controller.enqueue(new TextEncoder().encode(text));
    if ((this.#controller.desiredSize ?? 0) >= 0) return;
    this.#controller.error(new ReaderTooSlow("The reader does not keep up"));
    this.#leave("too slow");
  }

  /** Resolves when little waits, or nobody reads any longer: for who has much to send. */
  async room(): Promise<void> {
    if (this.#isOpen && !this.#hasRoom()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The end, as agreed: what waits is still delivered. */
  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#controller.close();
    this.#wake();
  }

  #leave(why: "left" | "too slow"): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#wake();
    this.gone(why);
  }

  #hasRoom(): boolean {
    return (this.#controller.desiredSize ?? 0) > this.most / 2;
  }

  #wake(): void {
    if (!this.#isOpen || this.#hasRoom()) { for (const wake of this.#waiting.splice(0)) wake(); }
  }
}
