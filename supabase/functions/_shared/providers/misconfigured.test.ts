/** Requests that cannot be sent: known before anything leaves, of every provider, whatever is asked. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { API_KEY } from "../engine/work_item_fixture.ts";
import { callsBesides, type Case, everyProvider, prepare, submit } from "./every_provider_fixture.ts";
import { withoutSecrets } from "./kit/without_secrets.ts";
import { ProviderError } from "./provider.ts";

/** Runs `body` where `fetch` answers 404 to all, and returns what was fetched. */
async function sentBy(body: () => Promise<unknown>): Promise<Request[]> {
  const real = globalThis.fetch;
  const sent: Request[] = [];
  globalThis.fetch = (input) => {
    sent.push(input as Request);
    return Promise.resolve(Response.json({ code: 404, msg: "Not found" }, { status: 404 }));
  };
  try {
    await body();
  } finally {
    globalThis.fetch = real;
  }
  return sent;
}

/** Checks that each call ends as misconfigured, with nothing sent. `secrets`: what its words must not hold. */
async function isMisconfigured(
  { provider, workAt }: Case,
  account: Parameters<Case["workAt"]>[1] & object,
  secrets: string[],
  said: RegExp,
): Promise<void> {
  const work = workAt("http://127.0.0.1:9", account);
  const calls = [["prepare", () => prepare(provider, work)] as const, ...callsBesides(provider)];
  for (const [name, call] of calls) {
    const sent = await sentBy(() =>
      assert.rejects(call(work), (error) => {
        assert.ok(error instanceof ProviderError, `${name}: ${error}`);
        const { failure, isAmbiguous, isUnreachable } = error;
        assert.deepEqual([failure.retryClass, failure.code], ["pause", "misconfigured"], name);
        assert.deepEqual(
          [isAmbiguous, isUnreachable],
          [false, false],
          `${name}: nothing is in doubt, nobody is down`,
        );
        assert.match(failure.message, said);
        assert.match(failure.message, /main/, "says whose account it is");
        for (const secret of secrets) assert.ok(!failure.message.includes(secret), failure.message);
        return true;
      })
    );
    assert.deepEqual(sent, [], name);
  }
}

/** Characters that get into a key when it is copied, and cannot be sent. */
const oddCharacters = fc.oneof(
  fc.constantFrom(
    "\u200b",
    "\ufeff",
    "\n",
    "\r\n",
    "\0",
    "\t",
    " ",
    "\u00a0",
    "\u2028",
    "é",
    "🔑",
    "\ud800",
    "\x7f",
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 3 }).filter((text) => !/^[\x21-\x7e]*$/.test(text)),
);
const oddKeys = fc.tuple(oddCharacters, fc.nat(API_KEY.length))
  .map(([odd, at]) => API_KEY.slice(0, at) + odd + API_KEY.slice(at));

const BAD_ADDRESSES = [
  ...[
    "",
    " ",
    "api.example.com",
    "api.example.com:8080",
    "//api.example.com",
    "/v1",
    "http:/api.example.com",
  ],
  ...[
    "http//api.example.com",
    "htp://api.example.com",
    "ftp://api.example.com",
    "file:///etc/passwd",
    "data:,{}",
  ],
  ...["http://", "https://:443", "https:///v1", "http://a b", "http://[::1", "http://api.example.com:99999"],
  ...[
    "http://api.example.com?x=",
    "http://api.example.com#x",
    "http://user:secret@api.example.com",
    "javascript:1",
  ],
  ...[
    "blob:http://api.example.com/1",
    "http://%zz",
    "http://api.example.com ",
    "\nhttp://api.example.com",
    "http://é\u0000",
  ],
];

for (const one of everyProvider()) {
  const { name } = one.provider;

  Deno.test(`${name}: a key that no header carries pauses the account, names the character and not the key`, async () => {
    await fc.assert(
      fc.asyncProperty(
        oddKeys,
        (key) => isMisconfigured(one, { account: { api_key: key } }, [key, API_KEY], /U\+[0-9A-F]{4}/),
      ),
      { numRuns: 60 },
    );
  });

  Deno.test(`${name}: a key that is empty pauses the account`, async () => {
    await isMisconfigured(one, { account: { api_key: "" } }, [], /empty/);
  });

  Deno.test(`${name}: a base_url that is none pauses the account, and is not shown`, async () => {
    for (const base_url of BAD_ADDRESSES) {
      const secrets = base_url.length > 3 ? [base_url, API_KEY] : [API_KEY];
      await isMisconfigured(one, { account: { settings: { base_url } } }, secrets, /base_url/);
    }
  });

  Deno.test(`${name}: whatever the base_url is, nothing but HTTP is sent, or nothing at all`, async () => {
    const parts = fc.constantFrom(
      "http",
      "https",
      ":",
      "/",
      "//",
      "api.example.com",
      "1",
      "@",
      " ",
      "\\",
      "?",
      "%",
      "[",
      "é",
      "\0",
    );
    const baseUrls = fc.oneof(fc.webUrl(), fc.array(parts, { maxLength: 8 }).map((list) => list.join("")));
    await fc.assert(
      fc.asyncProperty(baseUrls, async (base_url) => {
        const work = one.workAt("", { account: { settings: { base_url } } });
        const calls = [
          () => submit(one.provider, work),
          ...callsBesides(one.provider).map(([, call]) => () => call(work)),
        ];
        for (const call of calls) {
          let error: unknown;
          const sent = await sentBy(() => call().catch((thrown) => error = thrown));
          assert.ok(error === undefined || error instanceof ProviderError, String(error));
          const isMisconfigured = error instanceof ProviderError && error.failure.code === "misconfigured";
          assert.equal(sent.length === 0, isMisconfigured, `${JSON.stringify(base_url)}: ${error}`);
          for (const { url } of sent) assert.match(url, /^https?:\/\//);
        }
      }),
      { numRuns: 100 },
    );
  });

  Deno.test(`${name}: what a base_url says before its paths is kept, with or without a slash at its end`, async () => {
    for (
      const base_url of [
        "https://proxy.example/ai",
        "https://proxy.example/ai/",
        "https://proxy.example/ai//",
      ]
    ) {
      const work = one.workAt("", { account: { settings: { base_url } } });
      const [request] = await sentBy(() => submit(one.provider, work).catch(() => {}));
      assert.match(request?.url ?? "", /^https:\/\/proxy\.example\/ai\/\w/);
    }
  });

  Deno.test(`${name}: a port that is never called is a mistake in the settings as well, and leaves no submit in doubt`, async () => {
    const work = one.workAt("http://127.0.0.1:1");
    for (
      const call of [
        () => submit(one.provider, work),
        ...callsBesides(one.provider).map(([, call]) => () => call(work)),
      ]
    ) {
      await assert.rejects(call(), (error) => {
        assert.ok(error instanceof ProviderError, String(error));
        const { failure, isAmbiguous, isUnreachable } = error;
        assert.deepEqual([failure.code, isAmbiguous, isUnreachable], ["misconfigured", false, false]);
        return true;
      });
    }
  });

  Deno.test(`${name}: without secrets a request that cannot be built says the same`, async () => {
    const work = one.workAt("", { account: { settings: { base_url: "nowhere" } } });
    await assert.rejects(
      prepare(withoutSecrets(one.provider), work),
      (error) => error instanceof ProviderError && /base_url of account main/.test(error.failure.message),
    );
  });
}
