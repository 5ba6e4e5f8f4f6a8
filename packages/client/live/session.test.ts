import assert from "node:assert/strict";
import { type FakeProject, withProject } from "./testing/fake_project.ts";
import { FakeTab } from "./testing/fake_tab.ts";
import { watchSession } from "./session.ts";
import { claimsOf } from "./jwt.ts";

const renewals = ({ requests }: FakeProject) =>
  requests.filter((request) => request.includes("refresh_token")).length;

async function signedIn(project: FakeProject, { lifetime = 3_600, givesTokens = false } = {}) {
  project.auth.lifetime = lifetime;
  const tab = new FakeTab(project, { givesTokens });
  const session = tab.run(() => watchSession(tab.supabase, tab.surroundings));
  await tab.signIn("anna");
  const users: (string | null)[] = [];
  session.onUser((user) => users.push(user));
  const ask = async () => {
    const answer = tab.run(() => session.token()).then((token) => token, (error) => error as Error);
    await project.clock.pass(6_000);
    return await answer;
  };
  return { tab, session, users, ask };
}

Deno.test("a token that expires within a minute is renewed before it is used, once for all who ask", () =>
  withProject(async (project) => {
    const { tab, session } = await signedIn(project, { lifetime: 3_600 });
    project.clock.sleep(3_550_000);
    const before = renewals(project);
    const answers = tab.run(() => Promise.all(Array.from({ length: 10 }, () => session.token())));
    await project.clock.pass(1_000);
    for (const token of await answers) {
      assert.ok(claimsOf(token ?? "").expiresAt! > project.clock.now() + 60_000);
    }
    assert.equal(renewals(project) - before, 1);
  }));

Deno.test("without a network an expired session is neither a token nor signed out, and is renewed as soon as there is one", () =>
  withProject(async (project) => {
    const { tab, session, users, ask } = await signedIn(project);
    project.clock.sleep(86_400_000);
    tab.network.isUp = false;
    const answer = await ask();
    assert.equal((answer as Error).name, "NoAnswer");
    await project.clock.pass(40_000); // supabase.auth has given up, and remembers that for a minute
    assert.deepEqual([users, session.userId()], [[], "anna"]);
    tab.network.isUp = true;
    assert.ok(claimsOf(String(await ask())).expiresAt! > project.clock.now());
  }));

Deno.test("a session that is refused is signed out", () =>
  withProject(async (project) => {
    const { session, users, ask } = await signedIn(project);
    project.auth.revoke("anna");
    project.clock.sleep(86_400_000);
    assert.equal(await ask(), null);
    assert.deepEqual([users, session.userId()], [[null], null]);
  }));

Deno.test("a session that is refused is used as long as its token lasts", () =>
  withProject(async (project) => {
    const { session, ask } = await signedIn(project);
    project.auth.revoke("anna");
    project.clock.sleep(3_550_000);
    assert.equal(project.auth.userOf(await ask()), "anna");
    assert.equal(session.userId(), "anna");
  }));

Deno.test("a token that the server did not take is not given again, whatever the clock says", () =>
  withProject(async (project) => {
    const { session, ask } = await signedIn(project);
    const first = await ask();
    assert.equal(await ask(), first);
    session.distrust(String(first));
    const second = await ask();
    assert.notEqual(second, first);
    assert.equal(await ask(), second);
  }));

Deno.test("another user is told of, and a newer token of the same user is not another user", () =>
  withProject(async (project) => {
    const { tab, session, users } = await signedIn(project);
    const tokens: string[] = [];
    session.onToken((token) => tokens.push(token));
    await tab.signIn("anna");
    await tab.signIn("bob");
    await tab.signOut();
    await tab.signIn("bob");
    assert.deepEqual(users, ["bob", null, "bob"]);
    assert.equal(tokens.length, 1);
  }));

Deno.test("a client with accessToken has the user of its token, seen when somebody asks", () =>
  withProject(async (project) => {
    const { tab, session, users, ask } = await signedIn(project, { givesTokens: true });
    assert.equal(session.tells, false);
    assert.equal(project.auth.userOf(await ask()), "anna");
    await tab.signIn("bob");
    assert.equal(session.userId(), "anna");
    assert.equal(project.auth.userOf(await ask()), "bob");
    await tab.signOut();
    assert.equal(await ask(), null);
    assert.deepEqual(users, ["anna", "bob", null]);
    tab.network.isUp = false;
    await tab.signIn("bob");
    project.clock.sleep(86_400_000);
    assert.equal((await ask() as Error).name, "NoAnswer");
  }));
