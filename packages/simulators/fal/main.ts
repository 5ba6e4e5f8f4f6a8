/** Runs the fal simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startFal } from "./simulator.ts";

await runFromCommandLine({
  name: "fal",
  defaultPort: DEFAULT_PORT,
  numbers: ["runningAtMost"],
  start(settings) {
    const simulator = startFal(settings);
    return { ...simulator, hint: `API key ${simulator.apiKey}, user ${simulator.userId}` };
  },
});
