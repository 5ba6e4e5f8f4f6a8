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
    const response = await fetch(`${url}/rest/posts`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${access_token}`,
        "content-type": "application/json",
        "linkedin-version": "202608",
        "x-restli-protocol-version": "2.0.0",
      },
      body: JSON.stringify({
        author: account.id,
        commentary: "Good morning",
        visibility: "PUBLIC",
        distribution: { feedDistribution: "MAIN_FEED" },
        lifecycleState: "PUBLISHED",
      }),
    });
    assert.equal(response.status, 201, await response.text());
    const [post] = await (await fetch(`${url}/_simulator/posts?contains=morning`)).json();
    assert.equal(post.text, "Good morning");
    const organizations = await (await fetch(`${url}/_simulator/organizations/ana`)).json();
    assert.equal(organizations.length, 5);
  }));
