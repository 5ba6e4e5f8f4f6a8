import fc from "fast-check";
import assert from "node:assert/strict";
import { withoutAddresses } from "./without_addresses.ts";

for (
  const [said, shown] of [
    ["connect ECONNREFUSED 10.0.0.3:8080", "connect ECONNREFUSED [address]"],
    ["No answer from 192.168.1.20.", "No answer from [address]."],
    ["at http://127.0.0.1:54321/run", "at http://[address]/run"],
    ["[::1]:80, fe80::1, 2001:db8::ff00:42:8329, ::1", "[address], [address], [address], [address]"],
    ["2001:0db8:0000:0000:0000:ff00:0042:8329", "[address]"],
    ["localhost:3000 and db.internal:5432, printer.local", "[address] and [address], [address]"],
    [
      "http://kong:8000/rest did not answer, nor did kong:8000",
      "[address]/rest did not answer, nor did [address]",
    ],
  ] as const
) {
  Deno.test(`"${said}" becomes "${shown}"`, () =>
    assert.equal(withoutAddresses(said, "http://kong:8000/"), shown));
}

Deno.test("what only looks like an address stays, and so do those of the world", () => {
  for (
    const text of [
      ...["torch 2.1.0", "1.2.3.4.5", "v1.2.3.4", "at 12:30:45", "std::string a.b::c", "ratio 16:9"],
      ...[
        "Internal server error",
        "a local file",
        "the model is internal.",
        "https://v3.fal.media/files/a.png",
      ],
    ]
  ) {
    assert.equal(withoutAddresses(text, "http://kong:8000"), text);
  }
});

Deno.test("a base_url that is no address hides nothing", () => {
  for (const baseUrl of ["", "e", "the", "file:///t", "http://"]) {
    assert.equal(withoutAddresses("the base_url of the account", baseUrl), "the base_url of the account");
  }
});

Deno.test("no address is left, wherever it stands", () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6().map((ip) => `[${ip}]`),
    fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65535 })).map(([ip, port]) => `${ip}:${port}`),
  );
  const words = fc.array(fc.constantFrom("error", "at", "the", "model", "(", ")", ",", "x1"), {
    maxLength: 5,
  });
  fc.assert(fc.property(words, address, words, (before, ip, after) => {
    const cleaned = withoutAddresses([...before, ip, ...after].join(" "));
    assert.equal(cleaned, [...before, "[address]", ...after].join(" "));
  }));
});

Deno.test("it takes time that grows with the text's length, not its square", () => {
  const startedAt = performance.now();
  for (const part of ["a:", "1.", "::", "a-", "a.", "[", "1:", "localhost."]) {
    withoutAddresses(part.repeat(100_000));
  }
  assert.ok(performance.now() - startedAt < 2_000);
});
