/** What an operator registers, as docs/publishing.md says it, against the code. */
import assert from "node:assert/strict";
import { ROOT } from "../../scripts/paths.ts";
import { type PlatformName, PLATFORMS } from "../../shared/words/platforms.ts";
import { callbackAt } from "../../supabase/functions/connections/platform_at.ts";
import type { Platform, PlatformApp } from "../../supabase/functions/_shared/platforms/platform.ts";
import { platformNamed, platformNames } from "../../supabase/functions/_shared/platforms/registry.ts";

const read = (path: string) => Deno.readTextFileSync(`${ROOT}${path}`);
const PAGE = read("docs/publishing.md");
const REDIRECT = "https://<ref>.supabase.co/functions/v1/connections/<platform>/callback";
/** Ways to sign in, as an operator sets them: one by one, for platforms that have more than one. */
const WAYS: Partial<Record<PlatformName, readonly Record<string, unknown>[]>> = {
  instagram: [{ login: "facebook" }, { login: "instagram" }],
  linkedin: [{}, { organizations: true, sign_in: "basic" }],
};

/** The cells of a platform's row. */
function rowOf(platform: string): { scopes: string[]; version: string; addresses: string[] } {
  const cells = new RegExp(`^\\| \`${platform}\` \\|(.*)\\|$`, "m").exec(PAGE)?.[1]?.split("|") ?? [];
  const [scopes = "", version = "", addresses = ""] = cells;
  const codes = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
  return { scopes: codes(scopes), version: codes(version)[0] ?? "none", addresses: codes(addresses) };
}

function appOf(platform: Platform, settings: Record<string, unknown>): PlatformApp {
  const { version } = rowOf(platform.name);
  return {
    platform: platform.name,
    clientId: "client-id",
    clientSecret: "client-secret",
    apiVersion: version === "none" ? null : version,
    settings,
  };
}

/** Where a call goes, which nobody answers. */
async function calledBy(call: () => Promise<unknown>): Promise<string[]> {
  const { fetch } = globalThis;
  const called: string[] = [];
  globalThis.fetch = (input) => {
    called.push(new URL(input instanceof Request ? input.url : input).origin);
    return Promise.reject(new TypeError("nobody is asked"));
  };
  try {
    await call().catch(() => {});
  } finally {
    globalThis.fetch = fetch;
  }
  return called;
}

const names = platformNames();

for (const name of names) {
  const platform = platformNamed(name)!;
  const ways = WAYS[platform.name] ?? [{}];
  const ask = { state: "state", redirectUri: "https://app.example/back", challenge: "challenge" };
  const pages = ways.map((way) => platform.oauth.authorizeUrl(appOf(platform, way), ask));

  Deno.test(`${name}: the page lists the scopes that people are asked for, and no other`, () => {
    const { scopes } = rowOf(name);
    const asked = pages.flatMap((url) => (url.searchParams.get("scope") ?? "").split(/[\s,]+/));
    assert.deepEqual(scopes.toSorted(), [...new Set(asked)].toSorted());
    for (const scope of platform.oauth.scopes) assert.ok(scopes.includes(scope), scope);
    const needed = Object.values(platform.rules).flatMap(({ scopes }) =>
      scopes.flatMap((one) => one.split("|"))
    );
    for (const scope of needed) {
      assert.ok(scopes.includes(scope), `${scope}, without which nothing is published`);
    }
  });

  Deno.test(`${name}: the page lists the addresses that are called, and no other`, async () => {
    const tokens = { accessToken: "access", refreshToken: "refresh" };
    const called: string[] = pages.map(({ origin }) => origin);
    for (const way of ways) {
      const app = appOf(platform, way);
      const given = { ...tokens, expiresIn: null, refreshExpiresIn: null, scopes: null };
      const connection = { externalId: "1001", displayName: "ana", settings: {}, scopes: [] };
      const got = { code: "code", redirectUri: ask.redirectUri, verifier: "verifier" };
      for (
        const call of [
          () => platform.oauth.exchange(app, got),
          () => platform.oauth.accounts(app, given),
          () => platform.oauth.refresh(app, tokens),
          () => platform.oauth.revoke(app, tokens),
          () => platform.limits({ app, connection, accessToken: "access" }),
          async () => await platform.creator?.({ app, connection, accessToken: "access" }),
        ]
      ) called.push(...await calledBy(call));
    }
    assert.deepEqual(rowOf(name).addresses.toSorted(), [...new Set(called)].toSorted());
  });

  Deno.test(`${name}: the page names the version that a new installation calls`, () => {
    const rows = read("supabase/schemas/connections/17_install_platforms.sql");
    const row = new RegExp(`\\('${name}', '(\\{[^']*\\})'`).exec(rows)?.[1];
    assert.ok(row, `${name} has a row`);
    assert.equal(rowOf(name).version, JSON.parse(row).api_version ?? "none");
  });

  Deno.test(`${name}: browsers come back to the redirect URL of the page`, () => {
    assert.ok(PAGE.includes(REDIRECT));
    Deno.env.set("ESTEIRA_PUBLIC_URL", "https://abcdefghijklmnopqrst.supabase.co");
    try {
      const expected = REDIRECT.replace("<ref>", "abcdefghijklmnopqrst").replace("<platform>", name);
      assert.equal(callbackAt(platform.name), expected);
    } finally {
      Deno.env.delete("ESTEIRA_PUBLIC_URL");
    }
  });

  Deno.test(`${name}: the page has a section on what is registered`, () => {
    const [, section] = PAGE.split("## What an operator registers");
    const title = new RegExp(`^### ${name}$`, "im");
    assert.match(section ?? "", title);
  });
}

Deno.test("the page's rows are the seven platforms", () => {
  const [, section = ""] = PAGE.split("## What an operator registers");
  const rows = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(rows.toSorted(), [...PLATFORMS].toSorted());
});
