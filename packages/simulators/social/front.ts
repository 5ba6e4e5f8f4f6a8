/** What stands before a platform's API: requests go through, late, to no avail, or with their answers lost. */
import type { FaultBook } from "../kit/fault_rules.ts";
import { type Outage, Outages } from "../kit/outage.ts";
import { pause } from "../kit/pause.ts";
import type { CommonFault } from "./faults.ts";

type Answer = () => Response | Promise<Response>;

/** One request. */
export interface Ask {
  /** The endpoint, as fault rules name it. */
  readonly path: string;
  /** What `contains` is compared with. */
  readonly texts: readonly string[];
  /** The access token it came with. */
  readonly token?: string | undefined;
}

/** What a platform says where a fault speaks for it. */
export interface Refusals {
  unauthorized(): Response;
  rateLimited(about: { headers: boolean; seconds: number }): Response;
}

/** Who wants to know how a request goes. */
export interface Note {
  /** Nothing more is done for it, and no answer will come. */
  silent?(): void;
}

/** The kit's word for what an endpoint does, by which outages choose. */
function outageKind(path: string): string {
  if (path === "commit") return "submit";
  return ["upload", "append", "chunk"].includes(path) ? "upload" : "poll";
}

/** The front of one simulator. */
export class SocialFront {
  readonly #outages = new Outages();

  /** @param closing aborted when the simulator closes: nobody waits any longer then. */
  constructor(
    private readonly faults: FaultBook<CommonFault>,
    private readonly refusals: Refusals,
    private readonly endAccess: (token: string | undefined) => void,
    private readonly closing: AbortSignal,
  ) {}

  outage(outage: Extract<Outage, { how: "error" }>): void {
    this.#outages.add(outage);
  }

  /** Answers a request as its platform would, or as a fault has it. */
  async respond(request: Request, ask: Ask, answer: Answer, note: Note = {}): Promise<Response> {
    const { path, texts } = ask;
    const away = this.#outages.statusOf([outageKind(path)]);
    if (away !== undefined) return page(away);
    const strikes = (fault: { path: string }) => fault.path === path;
    const late = this.faults.take("late_answer", texts, strikes);
    if (late?.taken === "late") await this.#wait(late.ms);
    const response = await this.#struck(request, ask, answer, note);
    if (late?.taken === "at_once") await this.#wait(late.ms);
    return response;
  }

  async #struck(request: Request, ask: Ask, answer: Answer, note: Note): Promise<Response> {
    const { path, texts, token } = ask;
    const strikes = (fault: { path: string }) => fault.path === path;
    if (this.faults.take("unauthorized", texts, strikes)) return this.refusals.unauthorized();
    const limited = this.faults.take("rate_limited", texts, strikes);
    if (limited) {
      return this.refusals.rateLimited({ headers: limited.headers, seconds: limited.seconds ?? 1 });
    }
    const lost = this.faults.take("http_error", texts, strikes) ?? this.faults.take("hang", texts, strikes);
    if (lost) {
      if (lost.accepted) await (await answer()).body?.cancel();
      else await request.body?.cancel().catch(() => {});
      if (lost.kind === "http_error") return page(lost.status);
      note.silent?.();
      return await this.#silence(request);
    }
    const cut = this.faults.take("cut_answer", texts, strikes);
    const response = await answer();
    if (this.faults.take("access_ends", texts, strikes)) this.endAccess(token);
    return cut ? await cutInTheMiddle(response) : response;
  }

  async #wait(ms: number): Promise<void> {
    await pause(ms, this.closing).catch(() => {});
  }

  /** Resolves when the client has gone away, or when the simulator closes. */
  async #silence(request: Request): Promise<Response> {
    const over = AbortSignal.any([request.signal, this.closing]);
    if (!over.aborted) {
      await new Promise<void>((resolve) => over.addEventListener("abort", () => resolve(), { once: true }));
    }
    return page(503);
  }
}

/** Half of an answer that says how long it is, and then the connection breaks. */
async function cutInTheMiddle(response: Response): Promise<Response> {
  const whole = await response.bytes();
  const headers = new Headers(response.headers);
  headers.set("content-length", String(whole.length));
  let isHalfSent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isHalfSent) return controller.error("cut_answer: the connection breaks"); // with no stack to be printed
      isHalfSent = true;
      controller.enqueue(whole.subarray(0, Math.max(1, whole.length >> 1)));
    },
  }, { highWaterMark: 0 });
  return new Response(body, { status: response.status, headers });
}

/** What a proxy answers when nobody stands behind it: a page, not JSON. */
function page(status: number): Response {
  const html = `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>\n`;
  return new Response(html, { status, headers: { "content-type": "text/html" } });
}
