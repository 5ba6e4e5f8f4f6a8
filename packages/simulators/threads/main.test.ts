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
    const query = `fields=username&access_token=${access_token}`;
    const profile = await (await fetch(`${url}/v1.0/${account.id}?${query}`)).json();
    assert.equal(profile.username, "ana");
    assert.deepEqual(await (await fetch(`${url}/_simulator/versions`)).json(), [
      { asked: "v1.0", servedBy: "v1.0", times: 1 },
    ]);
    assert.deepEqual(await (await fetch(`${url}/_simulator/containers`)).json(), []);
  }));
