import assert from "node:assert/strict";
import { readTicket, signTicket, type Ticket, ticketKey } from "./ticket.ts";

const NOW = Date.UTC(2026, 10, 27);
const TICKET: Ticket = {
  userId: "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
  sessionId: "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f",
  expiresAt: NOW + 1000,
};
const key = await ticketKey("sb_secret_test");

Deno.test("a ticket says whose it is until it is over", async () => {
  const text = await signTicket(TICKET, key);
  assert.deepEqual(await readTicket(text, key, NOW), TICKET);
  assert.deepEqual(await readTicket(text, key, TICKET.expiresAt - 1), TICKET);
  assert.equal(await readTicket(text, key, TICKET.expiresAt), undefined);
});

Deno.test("a ticket of another project, or of an earlier secret, is none", async () => {
  const text = await signTicket(TICKET, await ticketKey("sb_secret_other"));
  assert.equal(await readTicket(text, key, NOW), undefined);
});

Deno.test("a ticket in which one character is another is none, whichever it is", async () => {
  const text = await signTicket(TICKET, key);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (let n = 0; n < text.length; n++) {
    const at = alphabet.indexOf(text[n] ?? "");
    const other = alphabet[(at + 1) % alphabet.length] ?? "A";
    assert.equal(
      await readTicket(text.slice(0, n) + other + text.slice(n + 1), key, NOW),
      undefined,
      String(n),
    );
  }
});

Deno.test("what is no ticket is none", async () => {
  const [said = "", signature = ""] = (await signTicket(TICKET, key)).split(".");
  for (
    const text of [
      "",
      ".",
      said,
      `${said}.`,
      `.${signature}`,
      `${said}.${signature}=`,
      `${said}..${signature}`,
    ]
  ) {
    assert.equal(await readTicket(text, key, NOW), undefined, text);
  }
});

Deno.test("a ticket says nothing of the secret, and its key signs nothing that tokens are verified with", async () => {
  const text = await signTicket(TICKET, key);
  assert.ok(!text.includes("sb_secret"));
  assert.equal(text.split(".").length, 2, "no JWT");
  assert.equal(key.extractable, false);
});
