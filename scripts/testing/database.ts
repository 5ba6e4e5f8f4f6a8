/** The database's own tests (pgTAP), for the parts of `npm test`. */
import { type PgtapOptions, runPgtap } from "../database/pgtap.ts";
import { databaseFailures } from "./failures.ts";
import { type Print, printLine, type Tally } from "./part.ts";

/** Runs them, or those that are meant, and counts their assertions. */
export async function databaseTest(options: PgtapOptions, print: Print): Promise<Tally> {
  return (await heardDatabaseTest(options, print)).tally;
}

/** The same, with the files in which something went wrong. */
export async function heardDatabaseTest(
  options: PgtapOptions,
  print: Print,
): Promise<{ tally: Tally; files: readonly string[] }> {
  const { passed, failed, report, failedFiles } = await runPgtap(options);
  printLine(print, report.join("\n"));
  const tally = failed === 0 ? { passed, failed } : { passed, failed, failures: [databaseFailures(report)] };
  return { tally, files: failedFiles };
}
