/** `npm run chaos -- --publications n`: every fault of every platform at once; then their books are compared with what we say. */
import { describeMachine, load } from "../../../scripts/machine.ts";
import { verdictOf } from "../report.ts";
import { countsOf, tableOf } from "./checks.ts";
import { type PublicationOptions, runPublications } from "./run.ts";

/** Runs, tells what came of it, and returns the exit code: 0 only if all is right. */
export async function chaosOfPublications(options: PublicationOptions): Promise<number> {
  const { cpu, cpus, memory } = await describeMachine();
  console.log(
    `${options.publications} publications, --seed ${options.seed}; ${cpus} × ${cpu}, ${memory}, load ${await load()}`,
  );
  const { evidence, findings, seconds, log } = await runPublications(options, console.log);
  console.log(`\n${tableOf(evidence).join("\n")}\n`);
  const unknown = evidence.cases.filter(({ row }) => row.error_code === "outcome_unknown").length;
  console.log(
    `${evidence.cases.length} publications; ${countsOf(evidence)}; unknown: ${unknown}; accesses renewed: ` +
      `${JSON.stringify(evidence.refreshes)}, connected anew ${evidence.reconnects}`,
  );
  console.log(
    `${evidence.kills} times the functions were killed, ${evidence.crashes} times the database crashed; ` +
      `${seconds.toFixed(0)} s, load ${await load()}\n`,
  );
  console.log(verdictOf(findings).join("\n"));
  const isRight = findings.every(({ problems }) => problems.length === 0);
  if (!isRight) {
    const path = await Deno.makeTempDir({ prefix: "esteira-chaos-" });
    await Deno.writeTextFile(`${path}/functions.log`, log.join("\n"));
    await Deno.writeTextFile(`${path}/cases.json`, JSON.stringify(evidence.cases, null, 1));
    console.log(
      `\n--seed ${options.seed} has the same mixture again. In ${path}: what the functions printed, and each case.`,
    );
  }
  return isRight ? 0 : 1;
}
