/** The addresses of outputs, and what is answered there. */
import { createHash } from "node:crypto";
import type { Output } from "./output.ts";
import { paced, withoutEnd } from "./output_stream.ts";
import { otherContent } from "./other_contents.ts";
import { partOf } from "./byte_range.ts";
import type { Provider } from "./provider.ts";
import type { Link, ProviderTypes, Task } from "./task.ts";

interface Shelved<P extends ProviderTypes> {
  readonly task: Task<P>;
  readonly output: Output;
  /** Its place among the task's outputs, from 0. */
  readonly n: number;
  /** 0 for the first link of an output; the next ones replace it. */
  readonly version: number;
  /** When the link dies of itself, in milliseconds since 1970. */
  readonly until: number;
}

/** All links of a simulator that were given out. */
export class OutputShelf<P extends ProviderTypes> {
  readonly #provider: Provider<P>;
  readonly #baseUrl: string;
  readonly #byPath = new Map<string, Shelved<P>>();
  /** What readings show. */
  readonly #current = new WeakMap<Output, string>();
  /** How many links an output has had. */
  readonly #versions = new WeakMap<Output, number>();
  /** Outputs whose next link is to be another one. */
  readonly #toRenew = new WeakSet<Output>();
  readonly #fetches = new WeakMap<Output, number>();
  readonly #sent = new WeakMap<Output, number>();

  constructor(provider: Provider<P>, baseUrl: string) {
    this.#provider = provider;
    this.#baseUrl = baseUrl;
  }

  /**
   * The links that the task's outputs have now; makes the first ones.
   * @param renew also makes new ones for links that expired. Default true.
   */
  links(task: Task<P>, renew = true): Link[] {
    const outputs = task.end?.status === "succeeded" ? task.end.outputs : [];
    return outputs.map((output, n) => {
      const before = this.#current.get(output);
      if (before !== undefined && !(renew && this.#toRenew.delete(output))) return { output, url: before };
      const url = this.#newLink({ task, output, n }, Infinity);
      this.#current.set(output, url);
      return { output, url };
    });
  }

  /**
   * Another link to the output that `url` leads to, for providers that hand such links out.
   * @param livesMs how long it works, in milliseconds.
   * @returns undefined when `url` is no link to an output of this simulator.
   */
  freshLink(url: string, livesMs: number): string | undefined {
    const path = URL.canParse(url) && url.startsWith(this.#baseUrl) ? new URL(url).pathname : "";
    const shelved = this.#byPath.get(path);
    return shelved && this.#newLink(shelved, Date.now() + livesMs);
  }

  /** How often an output was asked for, in whole or in vain. */
  fetchesOf(output: Output): number {
    return this.#fetches.get(output) ?? 0;
  }

  /** How many of its bytes were sent, all downloads together. */
  sentOf(output: Output): number {
    return this.#sent.get(output) ?? 0;
  }

  /** The task whose output this address is of; for faults of the request. */
  taskAt(url: URL): Task<P> | undefined {
    return this.#byPath.get(url.pathname)?.task;
  }

  /** Answers GET and HEAD; undefined when this address was never given out. */
  answer(request: Request, url: URL): Response | undefined {
    const shelved = this.#byPath.get(url.pathname);
    if (!shelved) return undefined;
    const { task, output, version, until } = shelved;
    const { expired_output: expired, redirecting_output: redirecting } = task.faults;
    if (!url.searchParams.has("hop")) this.#fetches.set(output, this.fetchesOf(output) + 1);
    if (Date.now() > until || (expired && !(expired.fresh && version > 0))) {
      if (expired?.fresh && !this.#provider.linksNeverChange) this.#toRenew.add(output);
      return new Response("the link has expired\n", { status: expired?.status ?? 410 });
    }
    const hop = Number(url.searchParams.get("hop") ?? 0);
    const hops = redirecting?.hops ?? 1;
    if (redirecting && hop < hops) {
      const isLast = hop + 1 === hops;
      const location = isLast && redirecting.to !== undefined
        ? redirecting.to
        : `${url.pathname}?hop=${hop + 1}`;
      return new Response(null, { status: 302, headers: { location } });
    }
    return this.#content(request, shelved);
  }

  /** The output or the part of it that is asked for, or what its task's faults have instead. */
  #content(request: Request, { task, output, n }: Shelved<P>): Response {
    const { other_output: other, cut_output: cut, slow_output: slow, no_ranges: whole } = task.faults;
    const fetches = this.fetchesOf(output);
    if (other && fetches <= other.times) return otherContent(other.says);
    const etag = `"${createHash("sha256").update(`${task.id}/${n}`).digest("hex").slice(0, 32)}"`;
    const ranges: Record<string, string> = whole ? {} : { "accept-ranges": "bytes", etag };
    const part = whole ? undefined : partOf(request.headers, output.bytes, etag);
    if (part === "unsatisfiable") {
      const headers = { "content-range": `bytes */${output.bytes}` };
      return new Response(null, { status: 416, headers });
    }
    const { from, to } = part ?? { from: 0, to: output.bytes };
    const headers = {
      "content-type": output.type,
      "content-length": String(to - from),
      ...ranges,
      ...part ? { "content-range": `bytes ${from}-${to - 1}/${output.bytes}` } : {},
    };
    const status = part ? 206 : 200;
    if (request.method === "HEAD") return new Response(null, { status, headers });
    const sent = (bytes: number) => this.#sent.set(output, this.sentOf(output) + bytes);
    let body = output.stream({ from, to, sent });
    if (slow) body = paced(body, slow.bytesPerS);
    if (cut && fetches <= cut.times) body = withoutEnd(body, (to - from) / 2);
    return new Response(body, { status, headers });
  }

  #newLink({ task, output, n }: { task: Task<P>; output: Output; n: number }, until: number): string {
    const version = this.#versions.get(output) ?? 0;
    const path = this.#pathOf(task, { n, name: output.name, version });
    const url = this.#baseUrl + path;
    this.#byPath.set(path, { task, output, n, version, until });
    this.#versions.set(output, version + 1);
    return url;
  }

  #pathOf(task: Task<P>, output: { n: number; name: string; version: number }): string {
    const { n, name, version } = output;
    return this.#provider.linkPath?.(task, output) ??
      `/outputs/${encodeURIComponent(task.id)}/${n}/${version > 0 ? `${version}/` : ""}${name}`;
  }
}
