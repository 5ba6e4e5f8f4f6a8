/** Runs the OpenAI simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startOpenAi } from "./simulator.ts";

await runFromCommandLine({
  name: "OpenAI",
  defaultPort: DEFAULT_PORT,
  numbers: ["runningAtMost", "retryAfterS"],
  start(settings) {
    const simulator = startOpenAi(settings);
    return { ...simulator, hint: `API key ${simulator.apiKey}` };
  },
});
