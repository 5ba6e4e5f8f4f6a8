/** How publications that were enqueued together stand: derived from theirs, never stored. */
import type { GroupState, Resolution } from "../words/platforms.ts";
import type { JobStatus } from "../words/statuses.ts";

/** One of them. `resolved`: what somebody who looked has said, where its outcome was unknown. */
export interface GroupMember {
  status: JobStatus;
  resolved: Resolution | null;
}

/** Counts a group's members: completed are those that are there, failed those that ended otherwise. */
export function groupOf(
  members: readonly GroupMember[],
): { state: GroupState; total: number; completed: number; failed: number } {
  const isThere = ({ status, resolved }: GroupMember) => status === "completed" || resolved === "there";
  const total = members.length;
  const completed = members.filter(isThere).length;
  const open = members.filter(({ status }) => status === "pending" || status === "processing").length;
  const failed = total - completed - open;
  const hasBegun = completed + failed > 0 || members.some(({ status }) => status === "processing");
  const ended = failed === 0 ? "published" : completed === 0 ? "failed" : "partial";
  const state = open === 0 ? ended : hasBegun ? "publishing" : "pending";
  return { state, total, completed, failed };
}
