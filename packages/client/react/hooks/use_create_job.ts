/** Creates jobs of a tool: by a click, or as a React action. */
import { useMemo } from "react";
import type { CreateOptions } from "../../api/esteira.ts";
import type { ClientJob, JobHandle } from "../../api/job.ts";
import type { InputOf, ToolName } from "../../api/tools.ts";
import { createIntents, type Intent } from "./intents.ts";
import { fieldsOf } from "./form_fields.ts";
import { IDLE } from "./loaded.ts";
import { useLatest } from "./use_latest.ts";
import { useEsteira } from "./surroundings_context.ts";
import { useStore } from "./use_store.ts";

/** What an action leaves behind, for `useActionState`. */
export interface CreateState<T extends ToolName = ToolName> {
  readonly handle: JobHandle<T> | null;
  readonly error: Error | null;
}

export interface CreateAction<T extends ToolName> {
  /** For `<form action={action}>`. */
  (form: FormData): Promise<void>;
  /** For `useActionState(action, null)`. Resolves when the server has answered; never rejects. */
  (previous: CreateState<T> | null, wish: FormData | InputOf<T>): Promise<CreateState<T>>;
}

export interface UseCreateJobOptions<T extends ToolName> {
  /** Makes the input of a form's fields. Left out: the fields' text by name, several of a name as an array. */
  fromForm?: (form: FormData) => InputOf<T>;
  /** Options of a job that is created by a form. */
  options?: CreateOptions;
}

export interface UseCreateJob<T extends ToolName> {
  /** Creates a job, or returns the one that the same intent has created. Errors are told by `error` too. */
  create: (input: InputOf<T>, options?: CreateOptions) => JobHandle<T>;
  action: CreateAction<T>;
  /** Of the last intent; null before the first, and after `reset`. */
  handle: JobHandle<T> | null;
  /** The job of the last intent, live; there from the click on. */
  job: ClientJob<T> | null;
  /** Why it was refused, or did not come through. The same input again is then another try of the same intent. */
  error: Error | null;
  /** Whether the server has not answered yet. */
  isPending: boolean;
  /** Forgets the intent; its job goes on. */
  reset: () => void;
}

export function useCreateJob<T extends ToolName>(
  tool: T,
  { fromForm, options }: UseCreateJobOptions<T> = {},
): UseCreateJob<T> {
  const { jobs } = useEsteira();
  const latest = useLatest({ fromForm, options });
  const intents = useMemo(() => createIntents(tool), [tool]);
  const { handle, isPending, error } = useStore<Intent<T>>(intents);
  const { data: job } = useStore(handle ?? IDLE);

  const { create, action } = useMemo(() => {
    const create = (input: InputOf<T>, options?: CreateOptions) => intents.create(jobs, input, options);
    const wished = async (wish: FormData | InputOf<T>): Promise<CreateState<T>> => {
      const { fromForm = fieldsOf, options } = latest.current;
      const input = wish instanceof FormData ? fromForm(wish) as InputOf<T> : wish;
      const handle = create(input, options);
      try {
        await handle.created;
        return { handle, error: null };
      } catch (error) {
        return { handle: null, error: error instanceof Error ? error : new Error(String(error)) };
      }
    };
    const action = (first: unknown, second?: FormData | InputOf<T>) =>
      wished(second ?? first as FormData).then((state) => second === undefined ? undefined : state);
    return { create, action: action as CreateAction<T> };
  }, [intents, jobs, latest]);

  return { create, action, handle, job, error, isPending, reset: intents.reset };
}
