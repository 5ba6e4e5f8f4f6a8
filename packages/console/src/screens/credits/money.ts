/** Users and their money as `ops_api.users` and `ops_api.statement` tell of them. */
import type { Language } from "@esteira/preferences";
import { type Whole, wholeIn } from "../../texts/format.ts";

export interface FoundUser {
  readonly user_id: string;
  readonly email: string | null;
  readonly created_at: string | null;
  readonly last_sign_in_at: string | null;
  readonly role: "admin" | "support" | null;
  readonly balance: Whole;
  readonly is_paused: boolean;
  /** `infinity`: until somebody resumes them. */
  readonly paused_until: string | null;
  readonly pause_reason: string | null;
  readonly paused_ms: number | null;
  /** A user who has left: the ledger alone is there. */
  readonly is_tombstone: boolean;
}

export interface FoundUsers {
  readonly users: readonly FoundUser[];
  readonly looked_at: number;
  readonly is_complete: boolean;
}

export interface Entry {
  readonly entry_id: Whole;
  readonly at: string;
  readonly kind: "grant" | "charge" | "refund";
  readonly amount: Whole;
  /** After it, reckoned back from the balance that there is now. */
  readonly balance: Whole;
  /** As it was written with it. */
  readonly noted_balance: Whole;
  readonly is_off: boolean;
  readonly job_id: string | null;
  readonly tool: string | null;
  readonly status: string | null;
  readonly reference: string | null;
  readonly note: string | null;
  readonly is_counted: boolean;
}

export interface StatementPage {
  readonly user: FoundUser;
  readonly entries: readonly Entry[];
  readonly next: { readonly entry_id: Whole; readonly balance: Whole } | null;
}

export interface Drift {
  readonly user_id: string | null;
  readonly job_id: string | null;
  readonly problem: string;
}

/** An amount with its sign, exactly: `+50`, `−10`. */
export function signedIn(language: Language, amount: Whole): string {
  const exact = BigInt(amount);
  return `${exact < 0n ? "−" : "+"}${wholeIn(language, String(exact < 0n ? -exact : exact))}`;
}

/** What is typed as an amount: digits, and the dots, commas and blanks that people put between them. Null: none. */
export function readAmount(typed: string): string | null {
  const digits = typed.trim().replace(/(?<=\d)[.,\s\u00a0\u202f](?=\d{3}(?!\d))/g, "");
  if (!/^\d{1,19}$/.test(digits)) return null;
  const amount = BigInt(digits);
  return amount > 0n && amount <= MOST ? String(amount) : null;
}

const MOST = 9_223_372_036_854_775_807n;
