import assert from "node:assert/strict";
import fc from "fast-check";
import { cpuMs } from "../../../../shared/cpu_time_fixture.ts";
import { withoutAddresses } from "./without_addresses.ts";

Deno.test("what a refused connection says names no machine", () => {
  for (
    const [text, told] of [
      [
        "error sending request for url (http://10.0.0.5:8080/task): client error (Connect): tcp connect error: Connection refused (os error 111)",
        "error sending request for url ([address]): client error (Connect): tcp connect error: Connection refused (os error 111)",
      ],
      ["lookup kong.default.svc.cluster.local: no such host", "lookup [address]: no such host"],
      ["connect to kong:8000 failed", "connect to [address] failed"],
      [
        "to:10.0.0.1:80, then fe80::1%eth0 and [::1]:5432",
        "to:[address], then [address] and [[address]]:5432",
      ],
      ['{"url":"http:\\/\\/db.internal\\/x"}', '{"url":"[address]"}'],
      ["cb=http%3A%2F%2F10.0.0.1%2Fx", "cb=[address]"],
      ["localhost is not there; ip-10-0-3-7 neither.", "[address] is not there; [address] neither."],
      ["user@db.example.com/10.1.2.3.", "user@[address]/[address]"],
    ] as const
  ) assert.equal(withoutAddresses(text), told);
});

Deno.test("what a provider says of an input stays as it is", () => {
  for (
    const text of [
      "ValueError: width:1024 is too large (max 0.75)",
      "torch.cuda.OutOfMemoryError in node:39 at 12:30:45, c10::Error, std::bad_alloc",
      "photo.png is not an image; see main.py line:12",
      "Model flux-1.1-pro v2.0.1 failed: code:805, e.g. a face was found",
      "Não foi possível: a imagem é grande demais.",
      "",
    ]
  ) assert.equal(withoutAddresses(text), text);
});

const label = fc.stringMatching(/^[a-z]{3}[a-z0-9]{0,8}$/);
const host = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter((ip) => ip !== "::"),
  fc.tuple(label, fc.constantFrom("internal", "local", "svc", "com", "co", "io")).map((labels) =>
    labels.join(".")
  ),
  fc.tuple(label, label, fc.constantFrom("internal", "cluster.local", "lan")).map((labels) =>
    labels.join(".")
  ),
);
// A name that could be an ordinary word beside the address would make the test look for the word.
const words = fc.constantFrom(
  "refused",
  "the connection to",
  "url:",
  "(",
  ")",
  "=",
  "\n",
  "; ",
  "'",
  '"',
  ",",
  ".",
);

Deno.test("no address is left, whatever stands around it", () => {
  fc.assert(fc.property(
    host,
    fc.option(fc.integer({ min: 10, max: 65_535 })),
    fc.constantFrom("", "http://", "https://user:pass@", "postgres://", "ws:\\/\\/"),
    fc.array(words, { maxLength: 4 }),
    fc.array(words, { maxLength: 4 }),
    (host, port, scheme, before, after) => {
      const isV6 = host.includes(":");
      const place = scheme + (isV6 && (port !== null || scheme) ? `[${host}]` : host) +
        (port === null ? "" : `:${port}`);
      const told = withoutAddresses(`${before.join(" ")} ${place} ${after.join(" ")}`);
      assert.ok(!told.includes(host), told);
    },
  ));
});

Deno.test("it cleans any text in a moment, and cleaning twice changes nothing", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
    const once = withoutAddresses(text);
    assert.equal(withoutAddresses(once), once);
  }));
  for (const piece of ["a", "a.", "a:", "1.", ":", "http:/", "a-", "[", "%3a%2f"]) {
    const ms = cpuMs(() => withoutAddresses(piece.repeat(1_000_000)));
    assert.ok(ms < 2_000, `${piece}: ${ms} ms`);
  }
});
