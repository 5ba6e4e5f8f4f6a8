/** Runs the LinkedIn simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startLinkedIn } from "./simulator.ts";

await runFromCommandLine({
  name: "LinkedIn",
  defaultPort: DEFAULT_PORT,
  numbers: ["processMs", "accessLifeS", "readLagMs", "commitMs"],
  start(settings) {
    const simulator = startLinkedIn(settings);
    return { ...simulator, hint: `client ${simulator.clientId}, secret ${simulator.clientSecret}` };
  },
});
