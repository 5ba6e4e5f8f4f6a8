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
    const { access_token } = await grant.json();
    const response = await fetch(`${url}/v2/post/publish/creator_info/query/`, {
      method: "POST",
      headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json; charset=UTF-8" },
      body: "{}",
    });
    assert.equal((await response.json()).data.creator_username, "ana");
  }));
