/** A month in figures. */
import { PLATFORMS } from "../../shared/words/platforms.ts";
import { at, type Judged, waitsOf } from "./judge.ts";
import type { Month } from "./month.ts";

const HEAD = [
  "platform",
  "posts",
  "failed",
  "most of an account",
  "most of the app",
  "renewed",
  "wait p50",
  "p90",
  "p99",
  "calm p50",
  "p90",
  "p99",
];

/** A line for each platform; waits in seconds. */
export function tableOf({ month, calm }: Judged): string[] {
  const rows = PLATFORMS.map((platform) => {
    const { posts, most, renewals } = month.books[platform];
    const failed = month.ended.filter((one) => one.platform === platform && one.status === "failed").length;
    const shares = (of: Month) => [0.5, 0.9, 0.99].map((share) => at(waitsOf(of, platform), share));
    return [
      platform,
      posts.size,
      failed,
      most.account,
      most.app,
      renewals,
      ...shares(month),
      ...shares(calm),
    ];
  });
  const table = [HEAD, ...rows].map((row) => row.map(String));
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "));
}
