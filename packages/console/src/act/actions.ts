/** What each action asks for before it is done (docs/acting.md). */
import { type Filter, namesJobs } from "./plan.ts";

/** A value of the filter that the operator gives in the dialog. */
export type ActField = "priority" | "capacity" | "resolved" | "for" | "limit";

export interface ActionKind {
  /** The database refuses it without. */
  readonly wantsReason: boolean;
  /** What it ends or gives away does not come back: who asks for it types how many. */
  readonly isDestructive: boolean;
  readonly fields: readonly ActField[];
}

const KINDS: Readonly<Record<string, ActionKind>> = {
  retry: kind(),
  redrive: kind(),
  cancel: kind({ wantsReason: true, isDestructive: true }),
  refund: kind({ wantsReason: true, isDestructive: true }),
  resolve: kind({ wantsReason: true, isDestructive: true, fields: ["resolved"] }),
  set_priority: kind({ fields: ["priority"] }),
  replay_webhook: kind(),
  quarantine: kind({ wantsReason: true, isDestructive: true }),
  release: kind(),
  delete: kind({ wantsReason: true, isDestructive: true }),
  pause: kind({ wantsReason: true, fields: ["for"] }),
  resume: kind(),
  set_capacity: kind({ fields: ["capacity"] }),
};

const ON_THINGS = new Set(["pause", "resume", "set_capacity"]);

function kind(told: Partial<ActionKind> = {}): ActionKind {
  return { wantsReason: false, isDestructive: false, fields: [], ...told };
}

/** What is asked of an action on this; one that this version does not know is asked about as the worst would be. */
export function kindOf(action: string, filter: Filter): ActionKind {
  const known = KINDS[action] ?? kind({ wantsReason: true, isDestructive: true });
  if (ON_THINGS.has(action)) {
    // A tool is switched off until it is switched on.
    return "tool" in filter ? { ...known, fields: [] } : known;
  }
  return namesJobs(filter) ? known : { ...known, fields: [...known.fields, "limit"] };
}

const WHOLE: Partial<Record<ActField, readonly [least: number, most: number]>> = {
  priority: [-1000, 1000],
  capacity: [0, 10_000],
  limit: [1, 20_000],
};
const MAY_BE_EMPTY = new Set<ActField>(["for", "limit"]);

/** What was typed as a value of the filter: undefined, nothing; null, what cannot be. */
export function valueOf(field: ActField, typed: string): string | number | null | undefined {
  const text = typed.trim();
  if (text === "") return MAY_BE_EMPTY.has(field) ? undefined : null;
  const bounds = WHOLE[field];
  if (!bounds) return text;
  const value = Number(text);
  return /^-?\d{1,9}$/.test(text) && value >= bounds[0] && value <= bounds[1] ? value : null;
}

/** The filter with what was typed in it; null while something is missing. */
export function filterWith(
  filter: Filter,
  fields: readonly ActField[],
  typed: Readonly<Partial<Record<ActField, string>>>,
): Filter | null {
  const next: Record<string, unknown> = { ...filter };
  for (const field of fields) {
    const value = valueOf(field, typed[field] ?? "");
    if (value === null) return null;
    if (value === undefined) delete next[field];
    else next[field] = value;
  }
  return next;
}

/** What the fields begin with. */
export function firstTyped(filter: Filter, fields: readonly ActField[]): Partial<Record<ActField, string>> {
  return Object.fromEntries(fields.map((field) => [field, String(filter[field] ?? "")]));
}
