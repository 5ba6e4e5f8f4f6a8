/**
 * `npm run chaos`: all faults of all providers at once, while the functions are killed and the database crashes; then
 * looks whether everything came right. Exit code 0 only if it did.
 */
import { describeMachine, load } from "../../scripts/machine.ts";
import { exitCleanly } from "../../scripts/program/exit.ts";
import { parseOptions } from "./options.ts";
import { aliveOf, slowestOf, storiesOf, tableOf, verdictOf } from "./report.ts";
import { run } from "./run.ts";
import { PROVIDERS } from "./scenarios/scenario.ts";
import { chaosOfPublications } from "./publications/main.ts";

await exitCleanly(async () => {
  const options = parseOptions(Deno.args);
  const { publications } = options;
  if (publications !== undefined) return await chaosOfPublications({ ...options, publications });
  const { cpu, cpus, memory } = await describeMachine();
  console.log(
    `${options.jobs} jobs, --seed ${options.seed}; ${cpus} × ${cpu}, ${memory}, load ${await load()}`,
  );
  if (options.isShort) console.log("Short: without the faults that wait for minutes.");
  const { evidence, findings, disturbed, retries, seconds, log } = await run(options, console.log);

  console.log(`\n${tableOf(evidence).join("\n")}\n`);
  console.log(
    `From creation to the end, the slowest job of each fault:\n${slowestOf(evidence).join("\n")}\n`,
  );
  const tasks = PROVIDERS.map((provider) =>
    `${provider} ${evidence.tasks.filter((task) => task.provider === provider).length}`
  );
  console.log(`At most alive at the same time: ${aliveOf(evidence).join(", ")}\n`);
  console.log(
    `${evidence.jobs.length} jobs, ${evidence.attempts.length} attempts, tasks: ${tasks.join(", ")}`,
  );
  console.log(
    `${disturbed.kills.length} times the functions were killed, ${disturbed.crashes.length} times the database ` +
      `crashed, ${retries} requests of users were sent again; ${
        seconds.toFixed(0)
      } s, load ${await load()}\n`,
  );
  console.log(verdictOf(findings).join("\n"));
  const isRight = findings.every(({ problems }) => problems.length === 0);
  if (!isRight) {
    const path = await Deno.makeTempDir({ prefix: "esteira-chaos-" });
    await Deno.writeTextFile(`${path}/functions.log`, log.join("\n"));
    await Deno.writeTextFile(`${path}/jobs.txt`, storiesOf(evidence, findings).join("\n"));
    console.log(
      `\n--seed ${options.seed} has the same mixture again. In ${path}: what the functions printed, and what is known of ` +
        "the jobs above.",
    );
  }
  return isRight ? 0 : 1;
});
