/** Runs the TikTok simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startTikTok } from "./simulator.ts";

await runFromCommandLine({
  name: "TikTok",
  defaultPort: DEFAULT_PORT,
  numbers: ["processMs", "moderateMs", "accessLifeS", "commitMs"],
  start(settings) {
    const simulator = startTikTok(settings);
    return { ...simulator, hint: `client ${simulator.clientId}, secret ${simulator.clientSecret}` };
  },
});
