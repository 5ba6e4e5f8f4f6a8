import { expect, test } from "vitest";
import { faultOf } from "./project.ts";

const KEY = "sb_publishable_abc";

test("a project is an address over https, or on this machine, and a publishable key", () => {
  for (
    const url of ["https://abc.supabase.co", "http://127.0.0.1:54321", "http://localhost:1", "http://[::1]:1"]
  ) {
    expect(faultOf(url, KEY)).toBe(null);
  }
});

test("an address in the open, and what is no address, are refused", () => {
  for (
    const url of [
      "http://abc.supabase.co",
      "http://127.0.0.1.evil.example",
      "http://127.evil.example",
      "http://localhost.evil.example",
    ]
  ) {
    expect(faultOf(url, KEY)).toBe("not_https");
  }
  for (const url of ["", "abc", "javascript:alert(1)", "ftp://abc.supabase.co", "file:///etc/passwd"]) {
    expect(faultOf(url, KEY)).toBe("no_address");
  }
});

test("a secret key is refused, of the new kind and of the old one", () => {
  const token = (role: string) => `e30.${btoa(JSON.stringify({ role })).replace(/=+$/, "")}.sig`;
  expect(faultOf("https://abc.supabase.co", "sb_secret_abc")).toBe("secret_key");
  expect(faultOf("https://abc.supabase.co", token("service_role"))).toBe("secret_key");
  expect(faultOf("https://abc.supabase.co", token("anon"))).toBe(null);
  expect(faultOf("https://abc.supabase.co", " ")).toBe("no_key");
});
