/** Runs the X simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startX } from "./simulator.ts";

await runFromCommandLine({
  name: "X",
  defaultPort: DEFAULT_PORT,
  numbers: ["processMs", "accessLifeS", "readLagMs", "commitMs"],
  start(settings) {
    const simulator = startX(settings);
    return { ...simulator, hint: `client ${simulator.clientId}, secret ${simulator.clientSecret}` };
  },
});
