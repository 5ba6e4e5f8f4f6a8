/** The console beside a stack on this machine: built, served, and signed in as the stack's operator. */
import type { Environment } from "../../../tests/world/environment.ts";
import { onFreePorts, readPorts } from "../../program/ports.ts";
import { makeOperator } from "../dev_user.ts";
import { type AppServer, serveApp } from "./serve_app.ts";

/**
 * Serves the console on the port that the variable names.
 * @param folder where it is built: it may still be under way.
 * @throws CommandError when it could not be built, PortsTaken
 */
export async function startConsole(environment: Environment, folder: Promise<string>): Promise<AppServer> {
  const { apiUrl, publishableKey } = environment.deployment;
  const project = { url: apiUrl, publishableKey, demoUser: await makeOperator(environment) };
  const built = await folder;
  const ports = readPorts();
  return await onFreePorts(
    ports,
    ["console"],
    () => Promise.resolve(serveApp(built, project, ports.console)),
  );
}
