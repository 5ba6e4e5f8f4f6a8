import assert from "node:assert/strict";
import { withProgram } from "../kit/program_fixture.ts";
import { DEFAULT_API_KEY, DEFAULT_USER_ID } from "./simulator.ts";

Deno.test("the program prints its URL, serves there and stops on SIGTERM", () =>
  withProgram(import.meta.resolve("./main.ts"), async (url, hint) => {
    assert.ok(hint.includes(DEFAULT_API_KEY) && hint.includes(DEFAULT_USER_ID));
    const headers = { authorization: `Key ${DEFAULT_API_KEY}` };
    const response = await fetch(`${url}/fal-ai/nano-banana`, {
      method: "POST",
      headers,
      body: '{"prompt":"a cat"}',
    });
    assert.equal((await response.json()).status, "IN_QUEUE");
  }));
