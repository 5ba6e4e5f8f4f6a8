/**
 * `npm run dev`: the stack and the simulators of the providers, with the schedules and settings that a hosted project has,
 * a user with credits, the demo app and the console. For apps under development. Stays up until Ctrl-C.
 */
import { buildApp, buildConsole } from "./app/build_app.ts";
import { startApp } from "./app/start_app.ts";
import { startConsole } from "./app/start_console.ts";
import { makeDevUser } from "./dev_user.ts";
import { exitCleanly } from "../program/exit.ts";
import { printGuide } from "./guide.ts";
import { startWorld } from "./start_world.ts";

await exitCleanly(async ({ hold, unlessEnding, ending }) => {
  console.log("Starting Esteira and the simulators …");
  const building = buildApp(ending);
  const buildingConsole = buildConsole(ending);
  for (const page of [building, buildingConsole]) page.catch(() => {}); // is told when it is to be served
  const environment = await hold(startWorld(console.log));
  const user = await unlessEnding(makeDevUser(environment));
  const app = await hold(startApp(environment, building, user));
  const operators = await hold(startConsole(environment, buildingConsole));
  printGuide(environment, { user, app, operators });
});
