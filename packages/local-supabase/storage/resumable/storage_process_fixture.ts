/** For tests: a Storage service in a process of its own, to be killed. Arguments: database URL, directory, JSON of tokens' seed. */
import { makeTokens } from "../../tokens.ts";
import { startStorage } from "../service.ts";

const [databaseUrl = "", directory = ""] = Deno.args;
const tokens = await makeTokens();
const service = await startStorage({ databaseUrl, tokens, directory, fileSizeLimit: 2 ** 30 });
Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) =>
    console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, key: tokens.secretKey })),
}, service.handle);
