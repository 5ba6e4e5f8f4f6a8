/** Runs the Replicate simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startReplicate } from "./simulator.ts";

await runFromCommandLine({
  name: "Replicate",
  defaultPort: DEFAULT_PORT,
  numbers: ["runningAtMost", "throttledForS", "pageSize"],
  start(settings) {
    const simulator = startReplicate(settings);
    return {
      ...simulator,
      hint: `API key ${simulator.apiKey}, webhooks signed with ${simulator.webhookSecret}`,
    };
  },
});
