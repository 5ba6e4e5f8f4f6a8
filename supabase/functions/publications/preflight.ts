/** The answer to `dryRun`: what an enqueue would say of each option now, what it costs, and what its files are. */
import type { PublicationIssue } from "../../../shared/publishing/option_rules.ts";
import type { PreflightResponse } from "../../../shared/requests/requests_publications.ts";
import { admin, unwrap } from "../_shared/engine/database.ts";
import type { CheckedOption } from "./checked_options.ts";
import type { CheckedRequest } from "./checked_request.ts";
import { duplicateOf } from "./duplicates.ts";
import type { Request } from "./wanted.ts";

type Told = PreflightResponse["data"]["options"][number];

/** Judges a request that has been looked at. Charges and writes nothing. */
export async function preflightOf(
  userId: string,
  request: Request,
  { options, rejected, media }: CheckedRequest,
): Promise<PreflightResponse> {
  const [balance, duplicates] = await Promise.all([
    balanceOf(userId),
    Promise.all(options.map((option) => duplicateIssue(userId, request, option))),
  ]);
  let left = balance;
  const told = options.map((option, index) => {
    const issues = [...option.issues, ...duplicates[index] ?? []];
    const price = option.terms?.price ?? 0;
    if (issues.length === 0 && price > left) issues.push(tooDear(option.wanted.n, price, left));
    if (issues.length === 0) left -= price;
    return { n: option.wanted.n, told: toldOf(option, issues) };
  });
  const none = rejected.map(({ n, rejection: { platform, ...issue } }) => ({
    n,
    told: { platform, ok: false, price: null, limit: null, issues: [issue], warnings: [] },
  }));
  const all = [...told, ...none].toSorted((a, b) => a.n - b.n).map(({ told }) => told);
  const good = all.filter(({ ok }) => ok).length;
  return {
    success: true,
    message: `${good} of ${all.length} publication(s) can be enqueued`,
    data: {
      options: all,
      media: media.files.map((file) => file?.probe ?? null),
      totalPrice: balance - left,
      balance,
    },
  };
}

function toldOf({ wanted, terms, connection, warnings }: CheckedOption, issues: PublicationIssue[]): Told {
  return {
    platform: wanted.option,
    ok: issues.length === 0,
    price: terms?.price ?? null,
    limit: connection?.limit ?? null,
    issues,
    warnings,
  };
}

async function duplicateIssue(
  userId: string,
  { allowDuplicate }: Request,
  { wanted, connection, content }: CheckedOption,
): Promise<PublicationIssue[]> {
  if (allowDuplicate || !connection) return [];
  const jobId = await duplicateOf(userId, wanted.option, content);
  if (jobId === null) return [];
  const message = "The same was published there within 24 hours.";
  return [{ code: "duplicate_content", field: "allowDuplicate", message, details: { job_id: jobId } }];
}

function tooDear(n: number, price: number, balance: number): PublicationIssue {
  const message = `You have ${balance} credits left, this costs ${price}.`;
  return {
    code: "insufficient_credits",
    field: `selectedOptions.${n}`,
    message,
    details: { balance, price },
  };
}

async function balanceOf(userId: string): Promise<number> {
  const row = unwrap(
    await admin().from("credit_accounts").select("balance").eq("user_id", userId).maybeSingle(),
  );
  return row?.balance ?? 0;
}
