import assert from "node:assert/strict";
import { mp4 } from "../social/sign_in_fixture.ts";
import { withX } from "./x_client_fixture.ts";

Deno.test("everything can be had and done from another process", () =>
  withX({}, async (x) => {
    const ask = async (path: string, body?: unknown, method = body === undefined ? "GET" : "POST") => {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      const response = await fetch(`${x.simulator.url}/_simulator/${path}`, init);
      const text = await response.text();
      return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
    };
    const rule = { contains: "red", fault: { kind: "http_error", path: "commit", status: 500, times: 1 } };
    assert.equal((await ask("faults", rule)).status, 201);
    assert.equal((await x.tweet("red")).status, 500);
    await ask("faults", rule);
    assert.equal((await ask("faults", undefined, "DELETE")).status, 204);
    assert.equal((await x.tweet("red")).status, 201);
    assert.equal((await ask("faults", { fault: { kind: "no_such" } })).status, 400);

    assert.deepEqual(
      (await ask("commits?contains=red")).body.map((commit: { status: number }) => commit.status),
      [500, 201],
    );
    assert.equal((await ask("posts?contains=blue")).body.length, 0);
    assert.equal((await ask("counts")).body.posts, 1);
    assert.equal((await ask("people")).body[0].username, "ana");
    await x.upload(mp4(3000));
    const [media] = (await ask("media")).body;
    assert.deepEqual([media.username, media.segments, media.appends, media.sha256], ["ana", 3, 3, null]);

    await ask("people", { person: "ana", isSuspended: true });
    assert.equal((await x.tweet("blue")).status, 403);
    await ask("people", { person: "ana" });
    const granted = (await ask("grants", { person: "eva", scopes: ["users.read", "tweet.read"] })).body;
    assert.deepEqual([granted.account.username, granted.refresh_token], ["eva", undefined]);
    assert.equal((await ask("grants", { person: "No Name" })).status, 400);
    const secrets = (await ask("tokens")).body;
    assert.ok(secrets.includes(granted.access_token) && secrets.includes(x.token));

    await ask("access", { person: "ana", end: "access" });
    assert.equal((await x.tweet("green")).status, 401);
    const { access_token, refresh_token } = (await ask("grants", { person: "ana" })).body;
    assert.equal((await ask("clock", { advanceMs: 7_200_000 })).status, 201);
    x.token = access_token;
    assert.equal((await x.tweet("green")).status, 401);
    x.token = (await x.refresh(refresh_token)).body.access_token;
    await ask("access", { person: "ana", end: "everything" });
    assert.equal((await x.tweet("green")).status, 401);
    assert.equal((await ask("refreshes?contains=ana")).body.length, 1);
    assert.equal(
      (await ask("outages", { how: "error", status: 503, of: "everything", ms: 60_000 })).status,
      201,
    );
    assert.equal((await x.tweet("green")).status, 503);
  }));
