/** Runs the YouTube simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startYouTube } from "./simulator.ts";

await runFromCommandLine({
  name: "YouTube",
  defaultPort: DEFAULT_PORT,
  numbers: ["processMs", "accessLifeS", "readLagMs", "commitMs", "insertLimit", "unitLimit"],
  start(settings) {
    const simulator = startYouTube(settings);
    return { ...simulator, hint: `client ${simulator.clientId}, secret ${simulator.clientSecret}` };
  },
});
