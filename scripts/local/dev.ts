/**
 * `npm run dev`: the stack and the simulators of the providers, with the schedules and settings that a hosted project has,
 * and a user with credits. For apps under development. Stays up until Ctrl-C.
 */
import { makeDevUser } from "./dev_user.ts";
import { exitCleanly } from "../program/exit.ts";
import { printGuide } from "./guide.ts";
import { startWorld } from "./start_world.ts";

await exitCleanly(async ({ hold, unlessEnding }) => {
  console.log("Starting Esteira and the simulators …");
  const environment = await hold(startWorld(console.log));
  printGuide(environment, { user: await unlessEnding(makeDevUser(environment)) });
});
