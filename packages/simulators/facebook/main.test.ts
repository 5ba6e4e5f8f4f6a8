import assert from "node:assert/strict";
import { withProgram } from "../kit/program_fixture.ts";
import { DEFAULT_APP } from "./simulator.ts";

Deno.test("the program prints its URL, serves there and stops on SIGTERM", () =>
  withProgram(import.meta.resolve("./main.ts"), async (url, hint) => {
    assert.ok(hint.includes(DEFAULT_APP.clientId) && hint.includes(DEFAULT_APP.clientSecret));
    const grant = await fetch(`${url}/_simulator/grants`, {
      method: "POST",
      body: JSON.stringify({ person: "ana" }),
    });
    const { access_token, account } = await grant.json();
    const post = new URLSearchParams({ access_token, message: "Good morning" });
    const response = await fetch(`${url}/v27.0/${account.id}/feed`, { method: "POST", body: post });
    assert.equal(response.status, 200);
    await response.body?.cancel();
    const [shown] = await (await fetch(`${url}/_simulator/posts?contains=morning`)).json();
    assert.equal(shown.text, "Good morning");
    for (const books of ["videos", "versions"]) {
      assert.ok(Array.isArray(await (await fetch(`${url}/_simulator/${books}`)).json()));
    }
  }));
