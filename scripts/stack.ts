/** `npm run stack`: the stack alone, with Esteira deployed to it and no simulator. Stays up until Ctrl-C. */
import { startLocal } from "../tests/world/deployment.ts";
import { API_PORT, DATABASE_PORT, exitCleanly } from "./process.ts";

await exitCleanly(async (atExit) => {
  const deployment = await startLocal({ apiPort: API_PORT, databasePort: DATABASE_PORT, onLog: console.log });
  atExit(() => deployment.close());
  console.log(`API              ${deployment.apiUrl}\nDatabase         ${deployment.databaseUrl}`);
  console.log(`Publishable key  ${deployment.publishableKey}\nSecret key       ${deployment.secretKey}`);
});
