import { startConsoleWorld } from "./console_world.ts";
const t = performance.now();
const world = await startConsoleWorld(Number(Deno.args[0] ?? 2000));
console.log(
  "up",
  (performance.now() - t) / 1000,
  world.url,
  world.people.admin.email,
  world.people.admin.password,
  world.environment.deployment.databaseUrl,
);
await new Promise(() => {});
