/** Which of a tool's models does a piece of work. */
import type { SubmitContext } from "../provider.ts";

/** The model of the tool's settings: `edit_model`, if there is one, when files are given. */
export function modelFor(
  { model, edit_model }: { model: string; edit_model?: string | undefined },
  files: SubmitContext["files"] | undefined,
): string {
  const hasFiles = Object.values(files ?? {}).some((names) => names.length > 0);
  return (hasFiles ? edit_model : undefined) ?? model;
}
