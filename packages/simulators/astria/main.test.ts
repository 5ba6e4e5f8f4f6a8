import assert from "node:assert/strict";
import { withProgram } from "../kit/program_fixture.ts";
import { DEFAULT_API_KEY } from "./simulator.ts";

Deno.test("the program prints its URL, serves there and stops on SIGTERM", () =>
  withProgram(import.meta.resolve("./main.ts"), async (url, hint) => {
    assert.ok(hint.includes(DEFAULT_API_KEY));
    const response = await fetch(`${url}/tunes`, { headers: { authorization: `Bearer ${DEFAULT_API_KEY}` } });
    assert.deepEqual(await response.json(), []);
  }));
