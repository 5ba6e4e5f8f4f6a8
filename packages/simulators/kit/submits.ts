/** What is known of requests to start a task: also of those that were refused, or that nobody saw the answer of. */

/** One request. */
export interface SubmitRecord {
  readonly at: Date;
  /** What `contains` of a fault rule is compared with. */
  readonly texts: readonly string[];
  /** The task that it started, or that it was known again as; null: none, or none yet. */
  taskId: string | null;
  /** What was answered; null until then. */
  status: number | null;
}

/** The requests of one simulator. */
export class Submits {
  /** Oldest first. */
  readonly records: SubmitRecord[] = [];
  /** By the texts themselves: they are made once for each request. */
  readonly #open = new WeakMap<readonly string[], SubmitRecord>();

  /** A request has come. */
  asked(texts: readonly string[]): SubmitRecord {
    const record: SubmitRecord = { at: new Date(), texts, taskId: null, status: null };
    this.records.push(record);
    this.#open.set(texts, record);
    return record;
  }

  /** The request with these texts was taken. */
  taken(texts: readonly string[], taskId: string): void {
    const record = this.#open.get(texts);
    if (record) record.taskId = taskId;
  }
}
