/**
 * Versions of the Graph API. One that is past its end is served by the oldest that is alive, and nothing says so but a
 * header; no version means the oldest, too.
 */
import { badParameter, graphError } from "./graph_errors.ts";

export interface Versions {
  /** Those that are alive, oldest first: `v22.0`, … */
  readonly versions: readonly string[];
  /** How often each version was asked for, and which one answered. */
  readonly versionsAsked: Map<string, { servedBy: string; times: number }>;
}

/** The path without its version, and the version that answers. @returns an error for a version that has not been. */
export function versioned(
  { versions, versionsAsked }: Versions,
  pathname: string,
): { path: string; version: string } | Response {
  const [oldest, newest] = [versions[0] ?? "v1.0", versions.at(-1) ?? "v1.0"];
  const [, asked, rest = "/"] = /^\/(v\d+\.\d+)(\/.*)?$/.exec(pathname) ?? [];
  if (asked === undefined) return { path: pathname, version: oldest };
  if (numberOf(asked) > numberOf(newest)) {
    return graphError({ ...badParameter(`Unknown path components: ${pathname}`), code: 2500 });
  }
  const version = versions.includes(asked) ? asked : oldest;
  const times = (versionsAsked.get(asked)?.times ?? 0) + 1;
  versionsAsked.set(asked, { servedBy: version, times });
  return { path: rest, version };
}

function numberOf(version: string): number {
  return Number(version.slice(1));
}
