import assert from "node:assert/strict";
import { withProgram } from "../kit/program_fixture.ts";
import { REQUEST } from "./openai_client_fixture.ts";
import { DEFAULT_API_KEY } from "./simulator.ts";

Deno.test("the program prints its URL, serves there and stops on SIGTERM", () =>
  withProgram(import.meta.resolve("./main.ts"), async (url, hint) => {
    assert.ok(hint.includes(DEFAULT_API_KEY));
    const headers = { authorization: `Bearer ${DEFAULT_API_KEY}` };
    const response = await fetch(`${url}/v1/audio/speech`, {
      method: "POST",
      headers,
      body: JSON.stringify(REQUEST),
    });
    assert.ok((await response.bytes()).length > 1000);
  }));
