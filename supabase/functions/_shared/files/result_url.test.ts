import assert from "node:assert/strict";
import fc from "fast-check";
import { checkResultUrl, isPublic, RefusedAddress } from "./result_url.ts";

Deno.test.beforeAll(() => Deno.env.delete("ESTEIRA_RESULT_HOSTS"));

/** Runs `body` where the operator trusts these hosts, as on a stack of simulators. */
async function withTrusted(hosts: string, body: () => Promise<void>): Promise<void> {
  Deno.env.set("ESTEIRA_RESULT_HOSTS", hosts);
  try {
    await body();
  } finally {
    Deno.env.delete("ESTEIRA_RESULT_HOSTS");
  }
}

/** Runs `body` with a resolver that knows `names` alone; a name with an Error for addresses fails with it. */
async function withDns(names: Record<string, string[] | Error>, body: () => Promise<void>): Promise<void> {
  const original = Deno.resolveDns;
  Object.assign(Deno, {
    resolveDns: (name: string, type: string) => {
      const known = names[name] ??
        new Deno.errors.NotFound(`no records found for ${name}`);
      if (known instanceof Error) return Promise.reject(known);
      return Promise.resolve(known.filter((ip) => ip.includes(":") === (type === "AAAA")));
    },
  });
  try {
    await body();
  } finally {
    Object.assign(Deno, { resolveDns: original });
  }
}

const accepted = async (address: string) => (await checkResultUrl(address)).href;
const refused = (address: string) => assert.rejects(checkResultUrl(address), RefusedAddress, address);

/** RFC 6890 §2.2 and its registry: the range, and addresses at its ends and inside it. */
const SPECIAL: Readonly<Record<string, string>> = {
  "0.0.0.0/8 this network": "0.0.0.0 0.1.2.3 0.255.255.255",
  "10.0.0.0/8 private": "10.0.0.0 10.20.30.40 10.255.255.255",
  "100.64.0.0/10 carrier NAT": "100.64.0.0 100.100.100.200 100.127.255.255",
  "127.0.0.0/8 loopback": "127.0.0.0 127.0.0.1 127.255.255.255",
  "169.254.0.0/16 link local, cloud metadata": "169.254.0.0 169.254.169.254 169.254.255.255",
  "172.16.0.0/12 private": "172.16.0.0 172.20.1.1 172.31.255.255",
  "192.0.0.0/24 protocol assignments": "192.0.0.0 192.0.0.8 192.0.0.255",
  "192.0.2.0/24 documentation": "192.0.2.0 192.0.2.255",
  "192.88.99.0/24 6to4 relays": "192.88.99.0 192.88.99.1 192.88.99.255",
  "192.168.0.0/16 private": "192.168.0.0 192.168.1.1 192.168.255.255",
  "198.18.0.0/15 benchmarks": "198.18.0.0 198.19.255.255",
  "198.51.100.0/24 documentation": "198.51.100.0 198.51.100.255",
  "203.0.113.0/24 documentation": "203.0.113.0 203.0.113.255",
  "224.0.0.0/4 multicast": "224.0.0.0 239.255.255.255",
  "240.0.0.0/4 reserved, and broadcast": "240.0.0.0 250.1.1.1 255.255.255.255",
  "::/128 unspecified": "::",
  "::1/128 loopback": "::1",
  "::/96 IPv4-compatible": "::7f00:1 ::a00:1",
  "::ffff:0:0/96 IPv4-mapped, of hidden addresses": "::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:a00:1",
  "64:ff9b::/96 translation": "64:ff9b::7f00:1 64:ff9b::a00:1",
  "100::/64 discard": "100:: 100::1",
  "2001::/32 Teredo": "2001:: 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2",
  "2001:2::/48 benchmarks": "2001:2:: 2001:2::1",
  "2001:10::/28 ORCHID": "2001:10::1 2001:1f::1",
  "2001:db8::/32 documentation": "2001:db8:: 2001:db8::1 2001:db8:ffff::1",
  "2002::/16 6to4": "2002:: 2002:7f00:1::1 2002:a00:1::",
  "fc00::/7 unique local": "fc00:: fd12:3456:789a::1",
  "fe80::/10 link local": "fe80:: fe80::1 febf::1",
  "ff00::/8 multicast": "ff00:: ff02::1",
  "outside 2000::/3, where nothing is reachable": "2::1 3f::1 200::1 1fff::1 4000::1",
};

for (const [range, addresses] of Object.entries(SPECIAL)) {
  Deno.test(`an address of ${range} is refused`, async () => {
    for (const ip of addresses.split(" ")) {
      assert.equal(isPublic(ip), false, ip);
      await refused(`https://${ip.includes(":") ? `[${ip}]` : ip}/result.png`);
    }
  });
}

Deno.test("public addresses are taken, those next to special ranges too", async () => {
  const v4 =
    "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 " +
    "169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 " +
    "203.0.112.255 223.255.255.255";
  for (const ip of v4.split(" ")) {
    assert.ok(isPublic(ip), ip);
    assert.equal(await accepted(`https://${ip}/a.png?x=1`), `https://${ip}/a.png?x=1`);
  }
  for (const ip of "2606:4700:4700::1111 2a00:1450:4001::1 2001:4860:4860::8888 2400:cb00::1".split(" ")) {
    assert.ok(isPublic(ip), ip);
    assert.equal(await accepted(`https://[${ip}]/`), `https://[${ip}]/`);
  }
});

Deno.test("what is no IP address is not public", () => {
  for (const text of ["", "example.com", "1.2.3", "1.2.3.4.5", "256.1.1.1", "8.8.8.8 ", "g::1"]) {
    assert.equal(isPublic(text), false, text);
  }
});

Deno.test("a hidden IPv4 address is refused in any way of writing it", async () => {
  const hosts =
    "2130706433 0x7f000001 0x7f.0.0.1 017700000001 127.1 0177.0.0.1 127.0.0.1. 0 0xa9fea9fe 3232235777 " +
    "10.1 %31%32%37.0.0.1 １２７.0.0.1 127。0。0。1";
  for (const host of hosts.split(" ")) await refused(`https://${host}/`);
  const octet = fc.integer({ min: 0, max: 255 });
  await fc.assert(fc.asyncProperty(octet, octet, octet, async (b, c, d) => {
    const number = 10 * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
    await refused(`https://${number}/`);
    await refused(`https://0x${number.toString(16)}/`);
    await refused(`https://[::ffff:10.${b}.${c}.${d}]/`);
  }));
});

Deno.test("the name before an @ is no host", async () => {
  await refused("https://1.1.1.1@127.0.0.1/");
  await refused("https://1.1.1.1:443@10.0.0.1/");
  await refused("https://user:1.1.1.1@127.0.0.1/");
  await refused("https://127.0.0.1\\@1.1.1.1/");
});

Deno.test("only https is taken", async () => {
  const addresses =
    "http://1.1.1.1/ ftp://1.1.1.1/ file:///etc/passwd data:image/png,x blob:https://1.1.1.1/x";
  for (const address of addresses.split(" ")) await refused(address);
});

Deno.test("what is no address is refused", async () => {
  for (const address of ["", "/result.png", "result.png", "https://", "https://[::1", "https://a b/"]) {
    await refused(address);
  }
});

Deno.test("this machine is refused, unless the operator trusts it", async () => {
  const addresses = "http://127.0.0.1:8080/a.png https://127.0.0.1/ http://localhost:1/ http://[::1]:1/"
    .split(" ");
  for (const address of addresses) await refused(address);
  await withTrusted("127.0.0.1, localhost ,::1", async () => {
    for (const address of addresses) {
      assert.equal(await accepted(address), address);
    }
    assert.equal(
      await accepted("http://2130706433:1/"),
      "http://127.0.0.1:1/",
      "the same host, written otherwise",
    );
  });
});

Deno.test("trust in one host is trust in no other, and in no other scheme than the web's", async () => {
  const others = "http://10.0.0.1/ https://192.168.1.1/ http://0.0.0.0/ http://127.0.0.2/ http://[::1]/ " +
    "https://[fd00::1]/ http://1.1.1.1/ http://127.0.0.1@10.0.0.1/ http://localhost.evil.example/ " +
    "https://localhost.evil.example/ file://localhost/etc/passwd ftp://127.0.0.1/ ws://127.0.0.1/";
  await withTrusted("127.0.0.1,localhost", () =>
    withDns({}, async () => {
      for (const address of others.split(" ")) await refused(address);
    }));
});

Deno.test("a name is taken when every address that it has is public", async () => {
  const names = {
    "cdn.example": ["1.1.1.1", "2606:4700::1"],
    "inside.example": ["10.0.0.1"],
    "rebound.example": ["1.1.1.1", "127.0.0.1"],
    "six.example": ["1.1.1.1", "fd00::1"],
    "localhost.": ["127.0.0.1"],
  };
  await withDns(names, async () => {
    assert.equal(await accepted("https://cdn.example/a.png"), "https://cdn.example/a.png");
    for (const host of "inside.example rebound.example six.example localhost. nowhere.example".split(" ")) {
      await refused(`https://${host}/`);
    }
    await withTrusted("127.0.0.1", () => refused("https://rebound.example/"));
  });
});

// A refusal ends a paid job for good; a resolver that does not answer says nothing about the address.
Deno.test("a resolver that fails is an error, but no refusal", async () => {
  await withDns({ "cdn.example": new Error("request timed out") }, async () => {
    await assert.rejects(
      checkResultUrl("https://cdn.example/"),
      (error: Error) => !(error instanceof RefusedAddress),
    );
  });
});
