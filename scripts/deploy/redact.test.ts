import assert from "node:assert/strict";
import { redact } from "./redact.ts";

Deno.test("what is known to be secret is hidden, wherever it stands", () => {
  assert.equal(redact("pass hunter22 and hunter22", ["hunter22"]), "pass *** and ***");
  assert.equal(
    redact("nothing is hidden for an empty secret", [""]),
    "nothing is hidden for an empty secret",
  );
});

Deno.test("tokens, keys and passwords in addresses are hidden though nobody has named them", () => {
  assert.equal(redact(`token sbp_${"a1".repeat(20)}.`, []), "token ***.");
  assert.equal(redact(`token sbp_v0_${"a1".repeat(20)}.`, []), "token ***.");
  assert.equal(redact("key sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz!", []), "key ***!");
  assert.equal(redact("jwt eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYSJ9.c2ln", []), "jwt ***");
  assert.equal(
    redact("postgresql://postgres:geheim@db.example.com/x", []),
    "postgresql://postgres:***@db.example.com/x",
  );
  assert.equal(redact("https://api.supabase.com/v1", []), "https://api.supabase.com/v1");
});
