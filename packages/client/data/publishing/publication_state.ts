/** How one state of a publication follows from another: from what is told of its job, from what is read. Pure. */
import type { VisibleJob } from "../../../../shared/rows/job.ts";
import type { Publication } from "../../../../shared/rows/publication.ts";
import { isTerminal } from "../../../../shared/words/statuses.ts";
import type { PublicationFilter } from "../../api/publications.ts";

/** The lane of all publications. */
export const LANE = "publication";

/** What a broadcast of its job says; its steps and its permalink have to be read. The same object where it is no news. */
export function afterTold(known: Publication, row: VisibleJob): Publication {
  if (!isNewer(row, known)) return known;
  const { status, error_code, error_message, refund, version, completed_at, updated_at } = row;
  return { ...known, status, error_code, error_message, refund, version, completed_at, updated_at };
}

/** What a read says; the same object where it says nothing new. A read may be older than what was told meanwhile. */
export function afterRead(known: Publication | undefined, row: Publication): Publication {
  if (!known) return row;
  if (row.version !== known.version) return isNewer(row, known) ? row : known;
  return JSON.stringify(row) === JSON.stringify(known) ? known : row;
}

/** Newer by version; and an end is for ever. */
function isNewer(row: Pick<VisibleJob, "version" | "status">, known: Publication): boolean {
  return row.version > known.version && (!isTerminal(known.status) || row.status === known.status);
}

/** Whether anything of it may still change: its outcome, or what becomes of its price. */
export function isOpen({ status, refund }: Publication): boolean {
  return !isTerminal(status) || refund === "due";
}

/** Whether it belongs to a filter. */
export function fits(publication: Publication, { group, platform, status }: PublicationFilter): boolean {
  return (!group || publication.group_id === group) && (!platform || publication.platform === platform) &&
    (!status?.length || status.includes(publication.status));
}
