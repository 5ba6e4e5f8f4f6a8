/** Runs the KIE simulator by itself; see `runFromCommandLine`. */
import { runFromCommandLine } from "../kit/command_line.ts";
import { DEFAULT_PORT, startKie } from "./simulator.ts";

await runFromCommandLine({
  name: "KIE",
  defaultPort: DEFAULT_PORT,
  numbers: ["runningAtMost", "createsPer10s"],
  start(settings) {
    const simulator = startKie(settings);
    return { ...simulator, hint: `API key ${simulator.apiKey}, callbacks signed with ${simulator.hmacKey}` };
  },
});
