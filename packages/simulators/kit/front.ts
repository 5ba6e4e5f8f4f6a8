/** What stands before a provider's API: it lets requests through, late or never, and notes those that start tasks. */
import type { CommonRequestFault } from "./common_faults.ts";
import type { FaultBook } from "./fault_rules.ts";
import { type Outage, Outages } from "./outage.ts";
import { pause } from "./pause.ts";
import { type SubmitRecord, Submits } from "./submits.ts";

type Answer = () => Response | Promise<Response>;

/** The front of one simulator. */
export class Front {
  readonly #faults: FaultBook<CommonRequestFault>;
  readonly #closing: AbortSignal;
  readonly #submits = new Submits();
  readonly #outages = new Outages();

  /** @param closing aborted when the simulator closes: nobody waits any longer then. */
  constructor(faults: FaultBook<CommonRequestFault>, closing: AbortSignal) {
    this.#faults = faults;
    this.#closing = closing;
  }

  /** Has every endpoint that the outage is about fail from now on, until its time is over. */
  outage(outage: Extract<Outage, { how: "error" }>): void {
    this.#outages.add(outage);
  }

  /** The request with these texts has started this task, or was known again as it. */
  taken(texts: readonly string[], taskId: string): void {
    this.#submits.taken(texts, taskId);
  }

  /** Every request to start a task, oldest first. */
  submits(): readonly SubmitRecord[] {
    return this.#submits.records;
  }

  /** @see Simulation.respond */
  async respond(
    request: Request,
    paths: readonly string[],
    texts: readonly string[],
    answer: Answer,
  ): Promise<Response> {
    if (!paths.includes("submit")) return await this.#answered(request, paths, texts, answer);
    const note = this.#submits.asked(texts);
    const late = this.#faults.take("late_answer", texts);
    const respond = () => this.#answered(request, paths, texts, answer);
    const response = await (late ? this.#late(late, respond) : respond());
    note.status = response.status;
    return response;
  }

  async #answered(
    request: Request,
    paths: readonly string[],
    texts: readonly string[],
    answer: Answer,
  ): Promise<Response> {
    const away = this.#outages.statusOf(paths);
    if (away !== undefined) return httpError(away);
    const strikes = ({ path }: { path: string }) => paths.includes(path);
    const fault = this.#faults.take("http_error", texts, strikes) ??
      this.#faults.take("hang", texts, strikes);
    if (!fault) return await answer();
    if (fault.accepted) await (await answer()).body?.cancel();
    return fault.kind === "hang" ? await this.#silence(request) : httpError(fault.status);
  }

  async #late({ ms, taken }: { ms: number; taken: "at_once" | "late" }, respond: Answer): Promise<Response> {
    const early = taken === "at_once" ? await respond() : undefined;
    await pause(ms, this.#closing).catch(() => {});
    if (this.#closing.aborted) return httpError(503);
    return early ?? await respond();
  }

  /** Resolves when the client has gone away, or with 503 when the simulator closes. */
  async #silence(request: Request): Promise<Response> {
    const over = AbortSignal.any([request.signal, this.#closing]);
    if (!over.aborted) {
      await new Promise<void>((resolve) => over.addEventListener("abort", () => resolve(), { once: true }));
    }
    return httpError(503);
  }
}

/** What a proxy in front of the provider answers when the provider is away: a page, not JSON. */
function httpError(status: number): Response {
  const page =
    `<html>\n<head><title>${status}</title></head>\n<body><center><h1>${status}</h1></center></body>\n</html>\n`;
  return new Response(page, { status, headers: { "content-type": "text/html" } });
}
