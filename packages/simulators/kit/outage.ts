/** Times in which a provider is away as a whole, whatever is asked of it. */
import { z } from "zod";

/** One such time, from now on. */
export const outageSchema = z.discriminatedUnion("how", [
  /** Nobody listens: connections are refused, also those to outputs and to the simulator's own endpoints. */
  z.strictObject({ how: z.literal("refused"), ms: z.int().positive() }),
  /**
   * This status and an HTML page for submissions, for what reads (tasks, lists, keys …), or for all but the outputs. A
   * submission starts nothing.
   */
  z.strictObject({
    how: z.literal("error"),
    status: z.int().min(500).max(599),
    of: z.enum(["submits", "reads", "everything"]),
    ms: z.int().positive(),
  }),
]);

export type Outage = z.infer<typeof outageSchema>;

/** Endpoints that start something, by their names in fault rules. */
const SUBMITS = ["submit", "run"];
/** Endpoints that neither read nor start anything. */
const NEITHER = ["upload", "cancel"];

/** The outages of one simulator. */
export class Outages {
  #entries: { outage: Extract<Outage, { how: "error" }>; until: number }[] = [];

  add(outage: Extract<Outage, { how: "error" }>): void {
    this.#entries.push({ outage, until: Date.now() + outage.ms });
  }

  /** The status that an endpoint answers now; undefined: it works. */
  statusOf(paths: readonly string[]): number | undefined {
    const now = Date.now();
    this.#entries = this.#entries.filter(({ until }) => until > now);
    if (paths.includes("output")) return undefined;
    const kind = paths.some((path) => SUBMITS.includes(path))
      ? "submits"
      : paths.some((path) => NEITHER.includes(path))
      ? "neither"
      : "reads";
    return this.#entries.find(({ outage: { of } }) => of === "everything" || of === kind)?.outage.status;
  }
}
