/**
 * A function tells the database that it runs, and in which version, so that operators see what is deployed (ops.setup_check).
 * Whether it can tell shows, too, whether the Data API lets functions reach the schema `worker` at all: without that nothing
 * works, and this says why.
 */
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { VERSION } from "../../../../shared/version.ts";
import { worker } from "./database.ts";

/** What came of telling. `silent`: nobody answered, or the schema is older than this; another error's business. */
export type Told = "told" | "not_exposed" | "silent";

const MINUTE_MS = 60_000;
/** Until when nothing more need be told, after each answer. */
const AGAIN_MS: Readonly<Record<Told, number>> = { told: 10 * MINUTE_MS, silent: MINUTE_MS, not_exposed: 0 };

/** One function's telling, in this process. */
export class Presence {
  #nextAt = -Infinity;
  #hasTold = false;
  #telling: Promise<void> | undefined;

  constructor(private readonly tell: () => Promise<Told>, private readonly now = () => performance.now()) {}

  /**
   * Tells it with the first request, and every ten minutes while there are requests. Whoever comes before it has been told once
   * waits for the answer; nobody does later on.
   * @throws EsteiraError misconfigured, with `reason: schema_not_exposed`, until the schema is exposed
   */
  async require(): Promise<void> {
    if (this.now() < this.#nextAt) return;
    const telling = this.#telling ??= this.#tell().finally(() => this.#telling = undefined);
    if (this.#hasTold) return void telling.catch(() => {});
    await telling;
  }

  async #tell(): Promise<void> {
    const told = await this.tell();
    this.#nextAt = this.now() + AGAIN_MS[told];
    this.#hasTold ||= told === "told";
    if (told === "not_exposed") {
      const message = "The Data API does not expose the schema worker; docs/deploying.md says how";
      throw new EsteiraError("misconfigured", message, { reason: "schema_not_exposed" });
    }
  }
}

/** Tells the project's database that the function `name` runs. */
export async function tellDatabase(name: string): Promise<Told> {
  try {
    const { error } = await worker().rpc("seen", { p_function: name, p_version: VERSION });
    if (!error) return "told";
    return error.code === "PGRST106" ? "not_exposed" : "silent";
  } catch {
    return "silent";
  }
}
