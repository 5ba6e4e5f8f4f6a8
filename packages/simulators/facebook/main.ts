/** Runs the Facebook simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startFacebook } from "./simulator.ts";

await runFromCommandLine({
  name: "Facebook",
  defaultPort: DEFAULT_PORT,
  numbers: ["processMs", "longLifeS", "readLagMs", "commitMs"],
  start(settings) {
    const simulator = startFacebook(settings);
    return { ...simulator, hint: `client ${simulator.clientId}, secret ${simulator.clientSecret}` };
  },
});
