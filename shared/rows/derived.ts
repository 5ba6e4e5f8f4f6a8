/** What is told of a job beside its columns, made of them. Broadcasts bring the same, made by the database. */

/** How many paths a broadcast names at most. */
export const MAX_OUTPUT_PATHS = 20;

/** What `model_id` and `output_paths` are made of. */
interface Source {
  status: string;
  step_history: readonly { readonly [detail: string]: unknown }[];
  output: { files: readonly { path: string }[] } | null;
}

/** The fields of a job that are no columns. */
export function derivedOf(
  { status, step_history, output }: Source,
): { model_id: string | null; output_paths: string[] | null } {
  const models = step_history.flatMap(({ model }) => model === undefined ? [] : [model]);
  const model = models.at(-1);
  return {
    model_id: typeof model === "string" ? model : null,
    output_paths: status === "completed" && output
      ? output.files.slice(0, MAX_OUTPUT_PATHS).map(({ path }) => path)
      : null,
  };
}
