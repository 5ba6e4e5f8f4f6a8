/** Runs the Instagram simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startInstagram } from "./simulator.ts";

await runFromCommandLine({
  name: "Instagram",
  defaultPort: DEFAULT_PORT,
  numbers: ["processMs", "longLifeS", "readLagMs", "commitMs"],
  start(settings) {
    const simulator = startInstagram(settings);
    return { ...simulator, hint: `client ${simulator.clientId}, secret ${simulator.clientSecret}` };
  },
});
