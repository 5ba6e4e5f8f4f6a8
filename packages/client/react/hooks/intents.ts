/**
 * One intent, one job. A person who clicks twice, or again after the network failed, means the job they asked for; a
 * person who asks for something else, or for the same once more after it was made, means another.
 */
import type { CreateOptions, Jobs } from "../../api/esteira.ts";
import type { JobHandle } from "../../api/job.ts";
import type { InputOf, ToolName } from "../../api/tools.ts";
import { createStore, type Store } from "../../store/store.ts";
import { newKey } from "./new_key.ts";
import { toError } from "./to_error.ts";

/** How long after a job was made the same wish is taken for the second half of a double click, in ms. */
export const DOUBLE_CLICK_MS = 600;

/** What a screen shows of the last intent. */
export interface Intent<T extends ToolName = ToolName> {
  readonly handle: JobHandle<T> | null;
  /** Whether the server has not answered yet. */
  readonly isPending: boolean;
  /** Why the create was refused, or did not come through. */
  readonly error: Error | null;
}

export interface Intents<T extends ToolName> extends Store<Intent<T>> {
  create(jobs: Jobs, input: InputOf<T>, options?: CreateOptions): JobHandle<T>;
  /** Forgets the intent: what is asked for next is another, and a create that is under way is not shown any more. */
  reset(): void;
}

const NOTHING = { handle: null, isPending: false, error: null };

/** @param now milliseconds, of a clock that does not jump */
export function createIntents<T extends ToolName>(tool: T, now = () => performance.now()): Intents<T> {
  const store = createStore<Intent<T>>(NOTHING);
  /** What was meant last, and its key, kept through tries until the server has the job. */
  let last: { said: string; key: string; handle: JobHandle<T>; madeAt: number | null } | null = null;

  function create(jobs: Jobs, input: InputOf<T>, options: CreateOptions = {}): JobHandle<T> {
    const said = JSON.stringify([input, options]);
    const isSame = last?.said === said;
    if (last && isSame && isUnderWay(last.madeAt)) return last.handle;
    const isRetry = last !== null && isSame && store.getSnapshot().error !== null;
    const key = options.idempotencyKey ?? (isRetry && last ? last.key : newKey());
    const handle = jobs.create(tool, input, { ...options, idempotencyKey: key });
    const mine = last = { said, key, handle, madeAt: null as number | null };
    store.set({ handle, isPending: true, error: null });
    const settle = (error: Error | null) => {
      if (last !== mine) return; // overtaken, or reset
      mine.madeAt = now();
      store.set({ handle, isPending: false, error });
    };
    handle.created.then(() => settle(null), (error) => settle(toError(error)));
    return handle;
  }

  /** Still being made, or made a moment ago. What failed is not: asking again is a try of the same intent. */
  function isUnderWay(madeAt: number | null): boolean {
    const { isPending, error } = store.getSnapshot();
    return isPending || (error === null && madeAt !== null && now() - madeAt < DOUBLE_CLICK_MS);
  }

  function reset(): void {
    last = null;
    store.set(NOTHING);
  }

  return { ...store, create, reset };
}
