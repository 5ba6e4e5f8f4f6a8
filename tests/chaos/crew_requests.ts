/** The requests of workers outside, sent again as long as nobody answers. */
import type { ClaimedJob } from "../../shared/requests/requests_workers.ts";
import type { Deployment } from "../world/deployment.ts";
import { untilItWorks } from "./patience.ts";

/** A request that is refused for good. */
class Refused extends Error {
  override name = "Refused";
}

/** `workers-api`, as one crew calls it. */
export class WorkersApi {
  readonly #deployment: Deployment;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  /** One request. @throws Refused for what asking again does not change. */
  async ask(route: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.#deployment.apiUrl}/functions/v1/workers-api/${route}`, {
      method: "POST",
      headers: { "content-type": "application/json", apikey: this.#deployment.secretKey },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    return JSON.parse(await textOf(response));
  }

  /** A heartbeat. One that is lost says nothing. */
  async isStillOurs(job: ClaimedJob, progress: number): Promise<boolean> {
    const answer = await this.ask("heartbeat", { ...attemptOf(job), progress }).catch(() => ({}));
    return (answer as { continue?: boolean }).continue !== false;
  }

  /** Uploads a result. @returns its path; undefined when none is taken for this job any more. */
  async upload(job: ClaimedJob, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
    const wanted = { ...attemptOf(job), contentType: "image/png", size: bytes.length, name };
    try {
      return await this.#untilAnswered("the upload of a worker", async () => {
        const place = await this.ask("uploads", wanted) as { path: string; signedUrl: string };
        await textOf(
          await fetch(place.signedUrl, {
            method: "PUT",
            headers: { "content-type": "image/png" },
            body: bytes,
          }),
        );
        return place.path;
      });
    } catch (error) {
      if (error instanceof Refused) return undefined;
      throw error;
    }
  }

  /** Hands a result in. */
  async complete(job: ClaimedJob, result: object): Promise<void> {
    await this.#untilAnswered("complete", () => this.ask("complete", { ...attemptOf(job), ...result }));
  }

  /** Says that the work has failed. */
  async fail(job: ClaimedJob, retryClass: string): Promise<void> {
    const failure = {
      retryClass,
      code: "worker_refuses",
      message: "It cannot be done",
      retryAfterSeconds: 0,
    };
    await this.#untilAnswered("fail", () => this.ask("fail", { ...attemptOf(job), ...failure }));
  }

  #untilAnswered<Answer>(what: string, work: () => Promise<Answer>): Promise<Answer> {
    return untilItWorks(what, work, (error) => error instanceof Refused);
  }
}

function attemptOf({ id, token }: ClaimedJob): { jobId: string; token: string } {
  return { jobId: id, token };
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  if (response.ok) return text;
  const isFinal = response.status < 500 && response.status !== 429;
  throw isFinal ? new Refused(`${response.status} ${text}`) : new Error(`${response.status} ${text}`);
}
