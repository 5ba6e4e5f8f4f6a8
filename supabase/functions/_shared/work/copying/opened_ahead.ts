/**
 * The first file of a result, asked for while the database is told that it is there: where it is kept takes its time to
 * answer, and nothing of the file is stored, or kept in memory, before the database has said that it is to be.
 */
import { openSource, type Source } from "../../files/source.ts";
import type { Message } from "../../engine/work_item.ts";
import type { Address } from "./address.ts";

export class OpenedAhead {
  #opened: { url: string; source: Promise<Source> } | null;

  private constructor(url: string | undefined) {
    this.#opened = url === undefined ? null : { url, source: openSource(url) };
    this.#opened?.source.catch(() => {}); // whoever takes it is told
  }

  /** Opens the first of `addresses`, unless a worker has been at the copy before. */
  static of({ item: { attempt } }: Message, addresses: readonly Address[]): OpenedAhead {
    const { stored = [], copying } = attempt.checkpoint;
    const isBegun = attempt.phase === "produced" || stored.length > 0 || copying;
    return new OpenedAhead(isBegun ? undefined : addresses[0]?.url);
  }

  /** What is at this address: what was opened, once, or opened now. @throws OutputError, RefusedAddress */
  async open(url: string): Promise<Source> {
    const opened = this.#opened;
    if (opened?.url !== url) return await openSource(url);
    this.#opened = null;
    return await opened.source;
  }

  /** Lets go of what nobody has taken. */
  close(): void {
    void this.#opened?.source.then((source) => source.close(), () => {});
    this.#opened = null;
  }
}
