/** A grant of credits: what is asked, what comes of it, and where a refusal belongs. */
import type { OpsError } from "../../data/ops_error.ts";
import type { Whole } from "../../texts/format.ts";

export interface Granted {
  readonly user_id: string;
  readonly amount: Whole;
  readonly balance: Whole;
  /** false: it was granted with this reference before, and nothing was done. */
  readonly is_new: boolean;
  readonly left: { readonly credits_a_grant: Whole; readonly credits_a_day: Whole };
}

export type GrantField = "amount" | "description" | "reference";

export interface Refused {
  readonly field: GrantField | null;
  /** The most that can be granted now, or the amount that the reference has. */
  readonly amount: Whole | null;
}

const FIELDS: readonly string[] = ["amount", "description", "reference"];
/** A whole number too large for JavaScript stays text. */
const NUMBER = /"(?:maximum|amount)"\s*:\s*(\d+)/;

/** Which field a refusal is about: its hint is the field's name, or an object that has it. */
export function refusedOf({ hint }: Pick<OpsError, "hint">): Refused {
  const field = hint?.startsWith("{") ? /"field"\s*:\s*"(\w+)"/.exec(hint)?.[1] : hint;
  return {
    field: field && FIELDS.includes(field) ? field as GrantField : null,
    amount: NUMBER.exec(hint ?? "")?.[1] ?? null,
  };
}

/** A reference made by chance, for a grant that no payment or order stands behind. */
export function newReference(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return `console-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
