/**
 * `npm start`: boots the stack and the simulators, runs one upscale and prints its timeline as realtime tells it, then a
 * job at each provider, one that fails and one that recovers; then how to reach everything, and stays up. `--once`: stops after the demo; exit code 0 only if all of it was right.
 */
import { API_PORT, DATABASE_PORT, exitCleanly, SIMULATOR_PORT } from "../scripts/process.ts";
import { stepLabel } from "../shared/labels.ts";
import { findFaults } from "../tests/world/check_upscale.ts";
import { startEnvironment } from "../tests/world/environment.ts";
import { drawPicture } from "../tests/world/picture.ts";
import { upscale } from "../tests/world/upscale.ts";
import { printGuide } from "./guide.ts";
import { play } from "./play.ts";
import { SCENES } from "./scenes.ts";

const once = Deno.args.includes("--once");
let onLog: (line: string) => void = (line) => heldBack.push(line);
const heldBack: string[] = [];

await exitCleanly(async (atExit) => {
  const bootedAt = performance.now();
  console.log(
    "Starting Esteira: PostgreSQL, REST, Auth, Storage, Realtime, Edge Functions, simulators …",
  );
  const environment = await startEnvironment({
    apiPort: API_PORT,
    databasePort: DATABASE_PORT,
    runninghub: { port: SIMULATOR_PORT },
    kie: { port: SIMULATOR_PORT + 1 },
    fal: { port: SIMULATOR_PORT + 2 },
    replicate: { port: SIMULATOR_PORT + 3 },
    astria: { port: SIMULATOR_PORT + 4 },
    onLog: (line) => onLog(line),
  });
  atExit(() => environment.close());
  console.log(`Ready in ${((performance.now() - bootedAt) / 1000).toFixed(1)} s\n`);

  const { client, userId } = await environment.signUp();
  const picture = drawPicture();
  console.log(
    `A user clicks "upscale" on a PNG of ${
      megabytes(picture)
    }. What the screen learns, by private broadcast:\n`,
  );
  const result = await upscale(client, userId, picture, (entry, afterMs) => {
    console.log(`${afterMs.toFixed(0).padStart(7)} ms  ${entry.step.padEnd(17)} ${stepLabel(entry.step)}`);
  });
  const faults = await findFaults(environment, result, picture);
  if (faults.length === 0) {
    const output = result.output ?? new Uint8Array();
    console.log(
      `\nCompleted: ${megabytes(output)}, downloaded from Storage, the same bytes that the simulator made.`,
    );
    console.log("\nThen one job at each provider, one that fails and one that nobody tells us of:\n");
    faults.push(...await play(environment, SCENES));
  }
  if (faults.length > 0) {
    console.error(
      `\nThe demo failed:\n${faults.map((fault) => `- ${fault}`).join("\n")}\n\n${heldBack.join("\n")}`,
    );
    return 1;
  }
  if (once) return 0;

  printGuide(environment, result.job);
  onLog = console.log;
});

function megabytes(bytes: Uint8Array): string {
  return `${(bytes.length / 1024 / 1024).toFixed(2)} MB`;
}
