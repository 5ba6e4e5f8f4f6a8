/** Runs the Astria simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startAstria } from "./simulator.ts";

await runFromCommandLine({
  name: "Astria",
  defaultPort: DEFAULT_PORT,
  numbers: ["runningAtMost"],
  start(settings) {
    const simulator = startAstria(settings);
    return { ...simulator, hint: `API key ${simulator.apiKey}` };
  },
});
