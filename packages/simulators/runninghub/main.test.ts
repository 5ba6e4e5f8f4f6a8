import assert from "node:assert/strict";
import { refusalOfProgram, withProgram } from "../kit/program_fixture.ts";
import { DEFAULT_API_KEY } from "./simulator.ts";

const MAIN = import.meta.resolve("./main.ts");

Deno.test("the program prints its URL, serves there and stops on SIGTERM", () =>
  withProgram(
    MAIN,
    async (url, hint) => {
      assert.ok(hint.includes(DEFAULT_API_KEY));
      const account = await fetch(`${url}/uc/openapi/accountStatus`, {
        method: "POST",
        body: JSON.stringify({ apikey: DEFAULT_API_KEY }),
      });
      assert.equal((await account.json()).code, 0);
    },
    "--task-ms",
    "1",
  ));

Deno.test("a port that is no number is refused", async () => {
  assert.match(await refusalOfProgram(MAIN, "http"), /port must be a whole number, not "http"/);
});
