/** Runs the RunningHub simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startRunningHub } from "./simulator.ts";

await runFromCommandLine({
  name: "RunningHub",
  defaultPort: DEFAULT_PORT,
  numbers: ["concurrency"],
  async start(settings) {
    const simulator = await startRunningHub(settings);
    return { ...simulator, hint: `API key ${simulator.apiKey}` };
  },
});
