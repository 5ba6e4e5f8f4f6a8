/** The proxy does to its users what it is told, and nothing else. */
import assert from "node:assert/strict";
import { goodNetwork, type Network } from "./network.ts";
import { type Proxy, startProxy } from "./proxy.ts";

/** A server that echoes, over HTTP and websockets, behind a proxy. */
async function withEcho(body: (proxy: Proxy, network: Network) => Promise<void>): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    if (request.headers.get("upgrade") !== "websocket") return new Response(await request.text());
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(data);
    return response;
  });
  const network = goodNetwork();
  const proxy = startProxy(server.addr.port, network);
  try {
    await body(proxy, network);
  } finally {
    await proxy.close();
    await server.shutdown();
  }
}

interface Socket {
  send(text: string): void;
  /** The next `count` messages. */
  heard(count: number): Promise<string[]>;
  closed: Promise<CloseEvent>;
  close(): void;
}

async function connect(proxy: Proxy): Promise<Socket> {
  const socket = new WebSocket(proxy.url.replace("http", "ws"));
  const messages: string[] = [];
  let changed = Promise.withResolvers<void>();
  socket.onmessage = ({ data }) => {
    messages.push(data);
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  await new Promise((resolve) => socket.onopen = resolve);
  return {
    send: (text) => socket.send(text),
    async heard(count) {
      while (messages.length < count) await changed.promise;
      return messages.splice(0, count);
    },
    closed,
    close: () => socket.close(),
  };
}

const post = (proxy: Proxy, body: string) => fetch(proxy.url, { method: "POST", body });

Deno.test("a good network passes requests and messages of any size as they are", async () => {
  await withEcho(async (proxy) => {
    const large = "é".repeat(200_000);
    for (const body of ["", "short", large]) assert.equal(await (await post(proxy, body)).text(), body);
    const socket = await connect(proxy);
    for (const text of ["one", large, "two"]) socket.send(text);
    assert.deepEqual(await socket.heard(3), ["one", large, "two"]);
    assert.equal(proxy.sockets(), 1);
    socket.close();
    await socket.closed;
  });
});

Deno.test("frames are lost, come twice, and are overtaken", async () => {
  await withEcho(async (proxy, network) => {
    const socket = await connect(proxy);
    const fates = ["is_lost", "comes_twice", { later: 30 }, "passes"] as const;
    let n = 0;
    network.fate = () => fates[n++] ?? "passes";
    for (const text of ["lost", "twice", "late", "last"]) socket.send(text);
    assert.deepEqual(await socket.heard(4), ["twice", "twice", "last", "late"]);
    network.delay = () => 20;
    const before = performance.now();
    socket.send("slow");
    assert.deepEqual(await socket.heard(1), ["slow"]);
    assert.ok(performance.now() - before >= 19);
    socket.close();
    await socket.closed;
  });
});

Deno.test("a cut is an abnormal closure, silence is none, and what passed meanwhile is lost", async () => {
  await withEcho(async (proxy, network) => {
    const [one, other] = [await connect(proxy), await connect(proxy)];
    network.isSilent = true;
    one.send("into the void");
    other.send("into the void");
    assert.equal(
      await Promise.race([one.closed, new Promise((resolve) => setTimeout(resolve, 50, "open"))]),
      "open",
    );
    network.isSilent = false;
    one.send("again");
    assert.deepEqual(await one.heard(1), ["again"]);
    proxy.cut();
    assert.equal((await one.closed).wasClean, false);
    await other.closed;
    assert.equal(proxy.sockets(), 0);
  });
});

Deno.test("a network that is down refuses connects until it is up, at the same address", async () => {
  await withEcho(async (proxy) => {
    for (let n = 0; n < 3; n++) {
      proxy.down();
      await assert.rejects(post(proxy, "a"), TypeError);
      await proxy.up();
      assert.equal(await (await post(proxy, "b")).text(), "b");
    }
  });
});

Deno.test("a gateway in between answers in the server's place, or closes", async () => {
  await withEcho(async (proxy, network) => {
    for (const status of [429, 502, 503] as const) {
      network.refusal = () => status;
      const response = await post(proxy, "a");
      assert.equal(response.status, status);
      assert.match(await response.text(), new RegExp(String(status)));
    }
    network.refusal = () => 0;
    await assert.rejects(post(proxy, "a"), TypeError);
  });
});
