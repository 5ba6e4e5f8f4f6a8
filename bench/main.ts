/**
 * `npm run bench`: Esteira beside other job queues, on one durable PostgreSQL. Prints markdown tables and leaves a JSON
 * file in bench/results/. Exit code 1 when the limit did not hold: that is no matter of speed.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Measure } from "./contenders/contender.ts";
import { describeMachine } from "../scripts/machine.ts";
import { batches } from "./measures/batches.ts";
import { bloat } from "./measures/bloat.ts";
import { burst } from "./measures/burst.ts";
import { consoleMeasure } from "./measures/console.ts";
import { create } from "./measures/create.ts";
import { createMany } from "./measures/create_jobs.ts";
import { diagnoseJobs } from "./measures/diagnose.ts";
import { dispatch } from "./measures/dispatch.ts";
import { equalWork } from "./measures/equal_work.ts";
import { foretold } from "./measures/foretold.ts";
import { growth } from "./measures/growth.ts";
import { hostileText } from "./measures/hostile_text.ts";
import { invocations } from "./measures/invocations.ts";
import { life } from "./measures/life.ts";
import { limit } from "./measures/limit.ts";
import { partitions } from "./measures/partitions.ts";
import { position } from "./measures/position.ts";
import { realtime } from "./measures/realtime.ts";
import { realtimeFlood } from "./measures/realtime_flood.ts";
import { realtimeJourney } from "./measures/realtime_journey.ts";
import { realtimeLoss } from "./measures/realtime_loss.ts";
import { render } from "./measures/render.ts";
import { reports } from "./measures/reports.ts";
import { retention } from "./measures/retention.ts";
import { shortLife } from "./measures/short_life.ts";
import { upload } from "./measures/upload.ts";
import { webhooks } from "./measures/webhooks.ts";
import { type Options, parseOptions, UsageError } from "./harness/options.ts";
import { installPeers, peerVersions } from "./contenders/install.ts";
import { profileLife } from "./harness/profile.ts";
import { measureReport, targetReport } from "./harness/report.ts";
import { type Result, runMeasure } from "./harness/rounds.ts";
import { type Server, startServer } from "./server/server.ts";
import { judge } from "./harness/targets.ts";

const BENCH = fileURLToPath(new URL("./", import.meta.url));
const MEASURES: Measure[] = [
  create,
  createMany,
  dispatch,
  life,
  equalWork,
  batches,
  shortLife,
  limit,
  position,
  diagnoseJobs,
  foretold,
  growth,
  retention,
  bloat,
  partitions,
  hostileText,
  consoleMeasure,
  realtime,
  realtimeJourney,
  realtimeLoss,
  burst,
  reports,
  webhooks,
  realtimeFlood,
  upload,
  render,
  invocations,
];

const options = readOptions();
// A peer that cannot be installed is absent from the tables; the rest is measured.
await installPeers().catch((error) => console.error(`The peers are not installed: ${error.message}`));
const server = await startServer(join(BENCH, "../supabase"));
try {
  if (options.profile) console.log(await profileLife(server, options.seconds));
  else Deno.exitCode = await runAll(server, options) ? 0 : 1;
} finally {
  await server.stop();
}

async function runAll(server: Server, options: Options): Promise<boolean> {
  const startedAt = new Date();
  const [machine, peers] = [await describeMachine(), await peerVersions()];
  const facts = Object.entries(server.facts).map(([name, value]) =>
    name === "version" ? value : `${name} ${value}`
  );
  console.log(`# Benchmarks, ${startedAt.toISOString()}\n`);
  console.log(`- ${machine.cpus} × ${machine.cpu}, ${machine.memory}, ${machine.os}; Deno ${machine.deno}`);
  console.log(`- ${facts.join(" · ")}`);
  console.log(`- peers: ${Object.entries(peers).map((peer) => peer.join(" ")).join(" · ")}`);
  console.log(`- ${options.rounds} rounds; median (lowest–highest)\n`);

  const results: Result[] = [];
  for (const measure of MEASURES) {
    if (options.only.length > 0 && !options.only.includes(measure.name)) continue;
    console.error(`${measure.title} …`);
    const result = await runMeasure(measure, server, options);
    results.push(result);
    console.log(measureReport(result) + "\n");
  }
  const verdicts = judge(results);
  console.log(targetReport(verdicts));

  await Deno.mkdir(join(BENCH, "results"), { recursive: true });
  const name = `${startedAt.toISOString().slice(0, 19).replaceAll(":", "-")}.json`;
  const report = { startedAt, options, machine, postgres: server.facts, peers, results, targets: verdicts };
  await Deno.writeTextFile(join(BENCH, "results", name), JSON.stringify(report, null, 2) + "\n");
  return verdicts.every(({ mustHold, isMet }) => isMet || !mustHold);
}

function readOptions(): Options {
  try {
    return parseOptions(Deno.args, MEASURES.map(({ name }) => name));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
