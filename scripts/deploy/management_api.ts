/**
 * Supabase's Management API, as far as a deployment needs it (https://supabase.com/docs/reference/api; the shapes are those
 * that the CLI 3.1.0 declares). Reading is tried again when the API is busy or away for a moment; writing is not.
 */
import type { z } from "zod";
import type { Access } from "./access.ts";
import { DeployError } from "./deploy_error.ts";
import { redact } from "./redact.ts";

const PATIENCE_MS = 30_000;
/** Statements of SQL may take as long as the API lets them. */
const SQL_PATIENCE_MS = 120_000;
const TRIES = 4;
const BUSY = new Set([429, 500, 502, 503, 504]);
const AGAIN = "Run the same command again: it goes on where it stopped.";

interface Answer {
  readonly status: number;
  readonly text: string;
}

export class ManagementApi {
  /** @param pauseMs before the second try; doubled before each further one. */
  constructor(
    private readonly access: Access,
    readonly ref: string,
    private readonly pauseMs = 1_000,
  ) {}

  /** `GET /v1/projects/<ref><path>`; null: 404. */
  async read<T extends z.ZodType>(path: string, shape: T): Promise<z.infer<T> | null> {
    const answer = await this.#ask("GET", `/v1/projects/${this.ref}${path}`);
    return answer.status === 404 ? null : shapeOf(answer, shape, path);
  }

  /** `GET /v1/projects`: those that the token reaches. */
  async projects<T extends z.ZodType>(shape: T): Promise<z.infer<T>> {
    return shapeOf(await this.#ask("GET", "/v1/projects"), shape, "/v1/projects");
  }

  /** `PATCH /v1/projects/<ref><path>`. What `change` does not name stays as it is. */
  async change(path: string, change: Record<string, unknown>): Promise<void> {
    const answer = await this.#ask("PATCH", `/v1/projects/${this.ref}${path}`, change);
    if (answer.status >= 300) throw refused(answer, path);
  }

  /**
   * Runs a statement as `postgres`. What it takes goes as parameters, apart from its text, so that no log that keeps
   * statements keeps secrets.
   * @throws DeployError sql_failed, with what the database said
   */
  async sql<T extends z.ZodType>(query: string, row: T, parameters: unknown[] = []): Promise<z.infer<T>[]> {
    const path = `/v1/projects/${this.ref}/database/query`;
    const body = parameters.length > 0 ? { query, parameters } : { query };
    const answer = await this.#ask("POST", path, body, SQL_PATIENCE_MS);
    if (answer.status === 400) {
      throw new DeployError(
        "sql_failed",
        `The database refused a statement: ${messageIn(answer.text)}`,
        AGAIN,
      );
    }
    if (answer.status >= 300) throw refused(answer, path);
    return shapeOf(answer, row.array(), path) as z.infer<T>[];
  }

  /** Asks, and has read the answer. What is wrong with the token or the API itself is thrown. */
  async #ask(method: string, path: string, body?: unknown, patienceMs = PATIENCE_MS): Promise<Answer> {
    for (let attempt = 1;; attempt++) {
      const answer = await this.#once(method, path, body, patienceMs);
      const isBusy = answer instanceof Error || BUSY.has(answer.status);
      if (
        isBusy && attempt < TRIES &&
        (method === "GET" || (!(answer instanceof Error) && answer.status === 429))
      ) {
        await new Promise((resolve) => setTimeout(resolve, this.pauseMs * 2 ** (attempt - 1)));
        continue;
      }
      if (answer instanceof Error) throw unreachable(this.access.apiUrl, answer.message);
      if (answer.status >= 500 || answer.status === 429) {
        throw unreachable(this.access.apiUrl, `${answer.status} ${messageIn(answer.text)}`);
      }
      if (answer.status === 401) {
        throw new DeployError(
          "bad_token",
          "Supabase refuses the access token: it is wrong, was revoked, or has expired.",
          "Make another at https://supabase.com/dashboard/account/tokens, put it into SUPABASE_ACCESS_TOKEN and " +
            "run this again.",
        );
      }
      if (answer.status === 403) {
        throw new DeployError(
          "no_right",
          `The access token may not do ${method} ${path} (${messageIn(answer.text)}).`,
          "Take a token of somebody who is owner or administrator of the project, with all its permissions, and run " +
            "this again.",
        );
      }
      return answer;
    }
  }

  async #once(method: string, path: string, body: unknown, patienceMs: number): Promise<Answer | Error> {
    try {
      const response = await fetch(this.access.apiUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${this.access.token}`,
          ...body === undefined ? {} : { "content-type": "application/json" },
        },
        ...body === undefined ? {} : { body: JSON.stringify(body) },
        signal: AbortSignal.timeout(patienceMs),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      return error as Error;
    }
  }
}

function shapeOf<T extends z.ZodType>(answer: Answer, shape: T, path: string): z.infer<T> {
  if (answer.status >= 300) throw refused(answer, path);
  const parsed = shape.safeParse(jsonOf(answer.text));
  if (parsed.success) return parsed.data;
  throw new DeployError(
    "refused",
    `The Management API answered ${path} in another shape than it is known to (${
      parsed.error.issues[0]?.message
    }).`,
    "Do this step by hand, as docs/deploying.md says, and run this again.",
  );
}

function refused(answer: Answer, path: string): DeployError {
  return new DeployError(
    "refused",
    `The Management API refused ${path}: ${answer.status} ${messageIn(answer.text)}.`,
    "Do this step by hand, as docs/deploying.md says, and run this again.",
  );
}

function unreachable(where: string, why: string): DeployError {
  return new DeployError("unreachable", `${where} cannot be reached: ${why}.`, AGAIN);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The message of an error of the API, or the beginning of what it said instead. */
function messageIn(text: string): string {
  const body = jsonOf(text);
  const message = typeof body === "object" && body !== null && "message" in body
    ? String(body.message)
    : text;
  return redact(message.replace(/\s+/g, " ").trim(), []).slice(0, 400) || "without a word";
}
