/** The world of `npm start` and `npm run dev`: the stack and the simulators on the ports that the variables name. */
import { type Environment, startEnvironment } from "../../tests/world/environment.ts";
import { paint } from "../../tests/world/paint/painter.ts";
import { onFreePorts, type PortName, readPorts } from "../program/ports.ts";

/**
 * Starts it; `onLog` hears each line that functions print. The app's port is looked at too: whoever starts a world serves
 * the app when it is up, and a port that is taken is told before anything is started.
 * @throws InvalidPorts, PortsTaken
 */
export async function startWorld(onLog: (line: string) => void): Promise<Environment> {
  const ports = readPorts();
  const isDocker = Deno.env.get("ESTEIRA_STACK") === "supabase"; // its stack is there already
  const ours: PortName[] = isDocker
    ? ["simulators", "app", "console"]
    : ["api", "database", "simulators", "app", "console"];
  return await onFreePorts(ports, ours, () =>
    startEnvironment({
      apiPort: ports.api,
      databasePort: ports.database,
      runninghub: { port: ports.simulators, paint },
      kie: { port: ports.simulators + 1, paint },
      fal: { port: ports.simulators + 2, paint },
      replicate: { port: ports.simulators + 3, paint },
      astria: { port: ports.simulators + 4 },
      openai: { port: ports.simulators + 5 },
      x: { port: ports.simulators + 6 },
      // One person with a choice of accounts, and one with more than a page of them.
      instagram: { port: ports.simulators + 7, pages: { bruno: 4, carla: 60 } },
      // One who has comments switched off, and one whose account is private.
      tiktok: {
        port: ports.simulators + 8,
        creators: { bruno: { commentDisabled: true, maxSeconds: 60 }, carla: { isPrivate: true } },
      },
      // One with more than a page of pages, on one of which she may not publish.
      facebook: { port: ports.simulators + 9, pages: { bruno: 4, carla: 60 }, moderated: { carla: [2] } },
      linkedin: { port: ports.simulators + 12, organizations: { carla: 70 } },
      threads: { port: ports.simulators + 11 },
      // One person without a channel, and one who may set no thumbnails.
      youtube: { port: ports.simulators + 10, withoutChannel: ["dora"], unverified: ["bruno"] },
      onLog,
    }));
}
