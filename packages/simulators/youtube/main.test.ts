import assert from "node:assert/strict";
import { withProgram } from "../kit/program_fixture.ts";
import { mp4 } from "../social/sign_in_fixture.ts";
import { DEFAULT_APP } from "./simulator.ts";

Deno.test("the program prints its URL, serves there and stops on SIGTERM", () =>
  withProgram(import.meta.resolve("./main.ts"), async (url, hint) => {
    assert.ok(hint.includes(DEFAULT_APP.clientId) && hint.includes(DEFAULT_APP.clientSecret));
    const grant = await fetch(`${url}/_simulator/grants`, {
      method: "POST",
      body: JSON.stringify({ person: "ana" }),
    });
    const { access_token } = await grant.json();
    const begun = await fetch(`${url}/upload/youtube/v3/videos?uploadType=resumable&part=snippet`, {
      method: "POST",
      headers: { authorization: `Bearer ${access_token}`, "x-upload-content-length": "4096" },
      body: JSON.stringify({ snippet: { title: "Good morning", description: "Good morning" } }),
    });
    await begun.body?.cancel();
    const made = await fetch(begun.headers.get("location") ?? "", {
      method: "PUT",
      headers: { authorization: `Bearer ${access_token}` },
      body: mp4(),
    });
    assert.equal(made.status, 201);
    await made.body?.cancel();
    const [post] = await (await fetch(`${url}/_simulator/posts?contains=morning`)).json();
    assert.equal(post.text, "Good morning");
    assert.equal((await (await fetch(`${url}/_simulator/videos`)).json())[0].privacy, "public");
    assert.equal((await (await fetch(`${url}/_simulator/sessions`)).json())[0].received, 4096);
  }));
