/** `npm run stack`: the stack alone, with Esteira deployed to it and no simulator. Stays up until Ctrl-C. */
import { startLocal } from "../../tests/world/deployment.ts";
import { exitCleanly } from "../program/exit.ts";
import { onFreePorts, readPorts } from "../program/ports.ts";

await exitCleanly(async ({ hold }) => {
  const ports = readPorts();
  const options = { apiPort: ports.api, databasePort: ports.database, onLog: console.log };
  const deployment = await hold(onFreePorts(ports, ["api", "database"], () => startLocal(options)));
  console.log(`API              ${deployment.apiUrl}\nDatabase         ${deployment.databaseUrl}`);
  console.log(`Publishable key  ${deployment.publishableKey}\nSecret key       ${deployment.secretKey}`);
});
