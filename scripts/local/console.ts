/**
 * `npm run console [-- --project <address> --key <publishable key>]`: serves the operators' console on this machine, for a
 * project anywhere. Without a project the page asks which. Stays up until Ctrl-C.
 */
import { parseArgs } from "node:util";
import { exitCleanly } from "../program/exit.ts";
import { onFreePorts, readPorts } from "../program/ports.ts";
import { buildConsole } from "./app/build_app.ts";
import { serveApp } from "./app/serve_app.ts";

await exitCleanly(async ({ hold, ending }) => {
  const { values: { project: url, key } } = parseArgs({
    args: Deno.args,
    options: { project: { type: "string" }, key: { type: "string" } },
  });
  if (url && !key || key && !url) {
    console.error(
      "A project has an address and a publishable key: --project <address> --key <publishable key>.",
    );
    return 2;
  }
  if (key && !key.startsWith("sb_publishable_")) {
    console.error(
      "The console takes a publishable key (sb_publishable_…): a secret one does not belong in a browser.",
    );
    return 2;
  }
  const folder = await buildConsole(ending);
  const ports = readPorts();
  const project = url && key ? { url, publishableKey: key, demoUser: null } : null;
  const server = await hold(
    onFreePorts(ports, ["console"], () => Promise.resolve(serveApp(folder, project, ports.console))),
  );
  console.log(
    `\n  The console: ${server.url}\n  ${
      project ? `Project: ${url}` : "It asks which project."
    } Ctrl-C stops it.\n`,
  );
});
