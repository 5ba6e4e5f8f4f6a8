/** What KIE's answers and callbacks look like. */
import { z } from "zod";
import { givenId } from "../kit/fields.ts";

// Each field on its own: one of an unexpected type must not cost us the others.
const text = z.union([z.string(), z.number().transform(String)]).nullish().catch(null);
const id = givenId.pipe(z.string().regex(/^[\x21-\x7e]{1,200}$/)).nullish().catch(null);
const numeric = z.union([z.number().int(), z.string().regex(/^\d{3}$/).transform(Number)]).nullish().catch(
  null,
);

/** The envelope of every answer and callback. */
export const envelope = z.looseObject({
  code: numeric,
  msg: text,
  message: text,
  data: z.unknown().optional(),
});

/** `data` of an answer or a callback. */
export const record = z.looseObject({
  taskId: id,
  task_id: id,
  // One of another type is no known state; it must not look as if there were none.
  state: z.string().nullish().catch("unreadable"),
  resultJson: z.unknown().optional(),
  resultUrls: z.unknown().optional(),
  failCode: text,
  failMsg: text,
  callbackType: text,
  consumeCredits: z.unknown().optional(),
});
export type TaskRecord = z.infer<typeof record>;

/** The task's id, whichever field it stands in. */
export function idOf(task: TaskRecord | undefined): string | null {
  return task?.taskId ?? task?.task_id ?? null;
}
