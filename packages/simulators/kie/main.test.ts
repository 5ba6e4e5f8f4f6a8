import assert from "node:assert/strict";
import { withProgram } from "../kit/program_fixture.ts";
import { DEFAULT_API_KEY } from "./simulator.ts";

Deno.test("the program prints its URL, serves there with its settings and stops on SIGTERM", () =>
  withProgram(
    import.meta.resolve("./main.ts"),
    async (url, hint) => {
      assert.ok(hint.includes(DEFAULT_API_KEY));
      const headers = { authorization: `Bearer ${DEFAULT_API_KEY}` };
      const body = JSON.stringify({ model: "google/nano-banana", input: { prompt: "a cat" } });
      const codes: number[] = [];
      for (let n = 0; n < 2; n++) {
        const response = await fetch(`${url}/api/v1/jobs/createTask`, { method: "POST", headers, body });
        codes.push((await response.json()).code);
      }
      assert.deepEqual(codes, [200, 429]);
    },
    "--creates-per10s",
    "1",
  ));
