/** The end of a deployment: what `ops.setup_check()` of the project says, line by line. */
import { z } from "zod";
import { DeployError } from "./deploy_error.ts";
import type { Deployment } from "./step.ts";

const line = z.object({
  area: z.string(),
  name: z.string(),
  verdict: z.string(),
  detail: z.string(),
  repair: z.string().nullable(),
});
export type Line = z.infer<typeof line>;

/** The functions are asked over pg_net, which sends after the commit: so the check is called until all have answered. */
const LOOKS = 25;
const LOOK_AGAIN_MS = 3_000;
/** What was just changed may not have reached every process yet: an error is believed when it is seen so many times. */
const ROUNDS = 3;
const ROUND_AGAIN_MS = 10_000;

/**
 * Asks the project.
 * @param anew whether something was changed: then what the functions have answered before is not taken.
 */
export async function check(deployment: Deployment, anew: boolean): Promise<Line[]> {
  for (let round = 1;; round++) {
    // They are asked at most once a minute, unless that is forgotten.
    if (anew) await deployment.api.sql("delete from private.throttles where name = 'setup'", z.unknown());
    const lines = await answered(deployment);
    if (!anew || round === ROUNDS || isWell(lines)) return lines;
    await deployment.pause(ROUND_AGAIN_MS);
  }
}

async function answered({ api, pause }: Deployment): Promise<Line[]> {
  for (let look = 1; look <= LOOKS; look++) {
    const lines = await api.sql("select area, name, verdict, detail, repair from ops.setup_check()", line);
    if (!lines.some(({ verdict }) => verdict === "asked")) return lines;
    await pause(LOOK_AGAIN_MS);
  }
  throw new DeployError(
    "check_unanswered",
    `Some functions have not answered for ${LOOKS * LOOK_AGAIN_MS / 1000} s.`,
    "Look at select * from net._http_response order by id desc limit 20, and run this again.",
  );
}

/** The lines as they are printed, what is wrong with what mends it below, and the sum of them. */
export function toldLines(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(({ area }) => area.length));
  const told = lines.flatMap(({ area, name, verdict, detail, repair }) => [
    `  ${verdict.padEnd(7)} ${area.padEnd(width)}  ${name}: ${detail}`,
    ...verdict !== "ok" && repair ? [`          ${" ".repeat(width)}→ ${repair}`] : [],
  ]);
  const count = (is: string) => lines.filter(({ verdict }) => verdict === is).length;
  const sums = ["ok", "warn", "error", "unknown"].filter((is) => count(is) > 0).map((is) =>
    `${count(is)} ${is}`
  );
  return [...told, sums.join(", ") + "."].join("\n");
}

/** Whether jobs run: what only warns is for the operator to judge. */
export function isWell(lines: readonly Line[]): boolean {
  return lines.every(({ verdict }) => verdict === "ok" || verdict === "warn");
}
