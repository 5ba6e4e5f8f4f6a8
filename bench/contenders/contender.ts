/** What takes part in a benchmark: measures, and the contenders that each of them lets run side by side. */
import type { Options } from "../harness/options.ts";
import type { Server } from "../server/server.ts";

/** What one round of a contender came to, by name; the name carries the unit: `{"jobs/s": 800, "p50 ms": 1.2}`. */
export type Figures = Record<string, number>;

/** One side of a comparison, ready to run: its database is made and filled. */
export interface Contender {
  /** Runs for about `seconds` and returns what it measured. What must be put back for the next round, it puts back. */
  round(seconds: number): Promise<Figures>;
  /** Ends its connections. */
  close(): Promise<void>;
}

/** One side of a comparison, by name. */
export interface Side {
  /** A row of the table. */
  name: string;
  /** What it leaves undone that others of the table do. */
  doesNot?: string;
  /** Makes it ready. @throws Error when it cannot take part; the message stands in the table in place of figures. */
  open(server: Server): Promise<Contender>;
}

/** One question, put to all sides in turn. */
export interface Measure {
  /** For `--only`. */
  name: string;
  title: string;
  /** In the order of the table; a function where they depend on how much is run. */
  sides: Side[] | ((options: Options) => Side[]);
  /** Seconds for each side and round, where it is not `--seconds`. */
  seconds?(options: Options): number;
}

/** A side does not exist in this version of what it measures. */
export class NotThere extends Error {
  readonly code = "not_there";
  constructor(what: string) {
    super(`not there: ${what}`);
  }
}
