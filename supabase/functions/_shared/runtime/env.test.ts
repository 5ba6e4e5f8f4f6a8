import assert from "node:assert/strict";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import {
  callbackUrl,
  projectUrl,
  publicUrl,
  publishableKey,
  toldOutside,
  trustedResultHosts,
} from "./env.ts";

const NAMES = [
  "SUPABASE_URL",
  "SUPABASE_PUBLISHABLE_KEYS",
  "ESTEIRA_PUBLIC_URL",
  "ESTEIRA_RESULT_HOSTS",
] as const;

/** Runs `body` with these variables and no others of ours. */
function withEnv(values: Partial<Record<typeof NAMES[number], string>>, body: () => void): void {
  const before = NAMES.map((name) => [name, Deno.env.get(name)] as const);
  for (const name of NAMES) Deno.env.delete(name);
  for (const [name, value] of Object.entries(values)) Deno.env.set(name, value);
  try {
    body();
  } finally {
    for (const [name, value] of before) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
}

const misconfigured = (name: string) => (error: unknown) =>
  error instanceof EsteiraError && error.code === "misconfigured" &&
  error.status === 503 && error.message.includes(name);

Deno.test("a required variable that is not set is an error that names it", () => {
  withEnv({}, () => {
    assert.throws(projectUrl, misconfigured("SUPABASE_URL"));
    assert.throws(publicUrl, misconfigured("SUPABASE_URL"));
    assert.throws(publishableKey, misconfigured("SUPABASE_PUBLISHABLE_KEYS"));
  });
  withEnv({ SUPABASE_URL: "", SUPABASE_PUBLISHABLE_KEYS: '{"mobile":"sb_publishable_1"}' }, () => {
    assert.throws(projectUrl, misconfigured("SUPABASE_URL"));
    assert.throws(publishableKey, misconfigured("SUPABASE_PUBLISHABLE_KEYS"));
  });
});

Deno.test("the project's address loses its last slash", () => {
  withEnv(
    { SUPABASE_URL: "https://abc.supabase.co/" },
    () => assert.equal(projectUrl(), "https://abc.supabase.co"),
  );
});

Deno.test("the outside knows the project by its own address, or by the one that is set for it", () => {
  withEnv(
    { SUPABASE_URL: "https://abc.supabase.co" },
    () => assert.equal(publicUrl(), "https://abc.supabase.co"),
  );
  withEnv({ SUPABASE_URL: "http://kong:8000", ESTEIRA_PUBLIC_URL: "https://example.com/" }, () => {
    assert.equal(publicUrl(), "https://example.com");
    assert.equal(projectUrl(), "http://kong:8000");
  });
});

Deno.test("the callback address holds provider, job and token", () => {
  withEnv({ SUPABASE_URL: "https://abc.supabase.co" }, () => {
    assert.equal(
      callbackUrl("runninghub", "job-1", "token-1"),
      "https://abc.supabase.co/functions/v1/runninghub-webhook/job-1/token-1",
    );
  });
});

Deno.test("the default publishable key is the one for clients", () => {
  withEnv(
    { SUPABASE_PUBLISHABLE_KEYS: '{"mobile":"a","default":"b"}' },
    () => assert.equal(publishableKey(), "b"),
  );
});

Deno.test("no host of results is trusted but those that are named", () => {
  withEnv({}, () => assert.deepEqual(trustedResultHosts(), []));
  for (const value of ["", " ", ",", " , "]) {
    withEnv({ ESTEIRA_RESULT_HOSTS: value }, () => assert.deepEqual(trustedResultHosts(), [], value));
  }
  withEnv({ ESTEIRA_RESULT_HOSTS: "127.0.0.1, localhost,::1 " }, () => {
    assert.deepEqual(trustedResultHosts(), ["127.0.0.1", "localhost", "::1"]);
  });
});

Deno.test("an address within the project is told as the outside knows it, any other as it is", () => {
  withEnv({ SUPABASE_URL: "http://kong:8000", ESTEIRA_PUBLIC_URL: "https://example.com" }, () => {
    assert.equal(toldOutside("http://kong:8000/storage/v1/a?b=c"), "https://example.com/storage/v1/a?b=c");
    assert.equal(toldOutside("http://kong:80001/a"), "http://kong:80001/a");
  });
});
