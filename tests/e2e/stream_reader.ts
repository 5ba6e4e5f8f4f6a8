/** Reads `GET /events/stream` event by event, as plainly as the frames are written. */
import { eventually } from "@esteira/local-supabase/testing";
import { type StreamEvent, streamEvent } from "../../shared/rows/stream.ts";

/** The data of the events of one kind. */
type OfType<T, D = StreamEvent> = D extends { type: infer U } ? (T extends U ? D : never) : never;

export interface Heard {
  id: string | undefined;
  name: string | undefined;
  data: StreamEvent;
}

/** A stream that is open. `using` closes it. */
export class StreamReader implements AsyncDisposable {
  readonly heard: Heard[] = [];
  lastId: string | undefined;
  retry: number | undefined;
  /** Resolves at the end: `ended` as agreed, `broken` otherwise. */
  readonly end: Promise<"ended" | "broken">;
  /** Whether it goes on. */
  isOpen = true;
  readonly #abort = new AbortController();

  private constructor(readonly response: Response, lastId: string | undefined) {
    this.lastId = lastId;
    this.end = this.#read().then(() => "ended" as const, () => "broken" as const)
      .finally(() => this.isOpen = false);
  }

  /** Opens it; a refusal is a response too, whose body is not read. */
  static async open(
    url: string,
    headers: Record<string, string> = {},
    lastId?: string,
  ): Promise<StreamReader> {
    const all = { ...headers, ...lastId === undefined ? {} : { "last-event-id": lastId } };
    const abort = new AbortController();
    const response = await fetch(url, { headers: all, signal: abort.signal });
    const reader = new StreamReader(response, lastId);
    reader.#abort.signal.addEventListener("abort", () => abort.abort());
    return reader;
  }

  /** The data of what was heard of one kind. */
  all<T extends StreamEvent["type"]>(type: T): OfType<T>[] {
    return this.heard.flatMap(({ data }) => data.type === type ? [data as OfType<T>] : []);
  }

  /** The first of a kind for which `is` holds, waited for. */
  async first<T extends StreamEvent["type"]>(
    type: T,
    is: (data: OfType<T>) => boolean = () => true,
  ): Promise<OfType<T>> {
    return await eventually<OfType<T>>(() => this.all(type).find(is), { what: type });
  }

  /** Hangs up. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #read(): Promise<void> {
    if (!this.response.ok || !this.response.body) return;
    let rest = "";
    for await (const text of this.response.body.pipeThrough(new TextDecoderStream())) {
      const frames = (rest + text).split("\n\n");
      rest = frames.pop() ?? "";
      frames.forEach((frame) => this.#take(frame));
    }
  }

  #take(frame: string): void {
    const fields = new Map(
      frame.split("\n").map((line) => {
        const [, name = "", value = ""] = line.match(/^(\w+): (.*)$/) ?? [];
        return [name, value] as const;
      }),
    );
    if (fields.has("retry")) this.retry = Number(fields.get("retry"));
    const data = fields.get("data");
    if (data === undefined) return;
    const id = fields.get("id");
    this.lastId = id ?? this.lastId;
    this.heard.push({ id, name: fields.get("event"), data: streamEvent.parse(JSON.parse(data)) });
  }
}
