/**
 * `npm start`: boots the stack and the simulators, runs one upscale and prints its timeline as realtime tells it, then a
 * job at each provider, one that fails and one that recovers; then serves the demo app and the console, says how to reach
 * everything, and stays up. `--once`: stops after the demo; exit code 0 only if all of it was right.
 */
import { exitCleanly } from "../scripts/program/exit.ts";
import { buildApp, buildConsole } from "../scripts/local/app/build_app.ts";
import { startApp } from "../scripts/local/app/start_app.ts";
import { startConsole } from "../scripts/local/app/start_console.ts";
import { makeDevUser } from "../scripts/local/dev_user.ts";
import { printGuide } from "../scripts/local/guide.ts";
import { startWorld } from "../scripts/local/start_world.ts";
import { withChanges } from "./changes.ts";
import { takeTime } from "./pace.ts";
import { show } from "./show.ts";

const once = Deno.args.includes("--once");
let onLog: (line: string) => void = (line) => heldBack.push(line);
const heldBack: string[] = [];

await exitCleanly(async (holder) => {
  const bootedAt = performance.now();
  console.log(
    "Starting Esteira: PostgreSQL, REST, Auth, Storage, Realtime, Edge Functions, simulators …",
  );
  // By Vite, while the stack boots. Nobody looks at what is about to end.
  const building = once ? undefined : { app: buildApp(holder.ending), console: buildConsole(holder.ending) };
  for (const page of Object.values(building ?? {})) page.catch(() => {}); // is told when it is to be served
  const environment = await holder.hold(startWorld((line) => onLog(line)));
  console.log(`Ready in ${((performance.now() - bootedAt) / 1000).toFixed(1)} s\n`);

  const { jobId, faults } = await withChanges(environment, holder, (changes) => show(environment, changes));
  if (faults.length > 0) {
    const list = faults.map((fault) => `- ${fault}`).join("\n");
    console.error(`\nThe demo failed:\n${list}\n\n${heldBack.join("\n")}`);
    return 1;
  }
  if (!building) return 0;

  const user = await holder.unlessEnding(makeDevUser(environment));
  const app = await holder.hold(startApp(environment, building.app, user));
  const operators = await holder.hold(startConsole(environment, building.console));
  takeTime(environment);
  printGuide(environment, { user, app, operators, ...jobId ? { jobId } : {} });
  onLog = console.log;
});
