/** The demo app beside a stack on this machine: built, served, and signed in as the stack's user. */
import type { Environment } from "../../../tests/world/environment.ts";
import { onFreePorts, readPorts } from "../../program/ports.ts";
import { letAppPublish } from "./let_app_publish.ts";
import { type AppServer, serveApp } from "./serve_app.ts";

/**
 * Serves the app on the port that the variable names.
 * @param folder where it is built: it may still be under way.
 * @throws CommandError when it could not be built, PortsTaken
 */
export async function startApp(
  { deployment: { apiUrl, publishableKey }, sql }: Environment,
  folder: Promise<string>,
  { email, password }: { email: string; password: string },
): Promise<AppServer> {
  const project = { url: apiUrl, publishableKey, demoUser: { email, password } };
  const built = await folder;
  const ports = readPorts();
  const app = await onFreePorts(ports, ["app"], () => Promise.resolve(serveApp(built, project, ports.app)));
  await letAppPublish(sql, app.url);
  return app;
}
