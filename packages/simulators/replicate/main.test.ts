import assert from "node:assert/strict";
import { withProgram } from "../kit/program_fixture.ts";
import { DEFAULT_API_KEY, DEFAULT_WEBHOOK_SECRET } from "./simulator.ts";

Deno.test("the program prints its URL, serves there and stops on SIGTERM", () =>
  withProgram(import.meta.resolve("./main.ts"), async (url, hint) => {
    assert.ok(hint.includes(DEFAULT_API_KEY) && hint.includes(DEFAULT_WEBHOOK_SECRET));
    const headers = { authorization: `Bearer ${DEFAULT_API_KEY}` };
    const body = JSON.stringify({ input: { prompt: "a cat" } });
    const path = `${url}/v1/models/google/nano-banana/predictions`;
    assert.equal((await (await fetch(path, { method: "POST", headers, body })).json()).status, "starting");
  }));
