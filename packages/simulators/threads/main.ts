/** Runs the Threads simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startThreads } from "./simulator.ts";

await runFromCommandLine({
  name: "Threads",
  defaultPort: DEFAULT_PORT,
  numbers: ["processMs", "longLifeS", "readLagMs", "commitMs"],
  start(settings) {
    const simulator = startThreads(settings);
    return { ...simulator, hint: `client ${simulator.clientId}, secret ${simulator.clientSecret}` };
  },
});
