/** A proxy before the stack: TCP both ways, one request a connection, and a network between that can be spoiled. */
import { FrameSplitter } from "./frames.ts";
import { asLastRequest, isWebSocket, readHead, refusalOf, withoutExtensions } from "./http_head.ts";
import type { Network } from "./network.ts";

export interface Proxy {
  /** Where clients connect to. */
  readonly url: string;
  /** How many websockets are open. */
  sockets(): number;
  /** Closes every connection, without a word of the protocols to either end. */
  cut(): void;
  /** Cuts all, and refuses connects from now on. */
  down(): void;
  /** Takes connects again, at the same address. */
  up(): Promise<void>;
  close(): Promise<void>;
}

const hostname = "127.0.0.1";

/** Starts a proxy to port `target` of this machine, on a port of its own. */
export function startProxy(target: number, network: Network): Proxy {
  const open = new Set<Deno.TcpConn>();
  /** Those of them that clients have as websockets. */
  const sockets = new Set<Deno.TcpConn>();
  const running = new Set<Promise<void>>();
  let listener: Deno.TcpListener | undefined = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr as Deno.NetAddr;

  async function accept(from: Deno.TcpListener): Promise<void> {
    for await (const client of from) {
      const run = serve(client).catch(() => {}).finally(() => {
        letGo(client);
        running.delete(run);
      });
      running.add(run);
    }
  }

  async function serve(client: Deno.TcpConn): Promise<void> {
    open.add(client);
    const head = await readHead(client);
    const refusal = network.refusal();
    if (!head || refusal === 0) return;
    if (refusal !== undefined) return await write(client, encode(refusalOf(refusal)));
    const server = await Deno.connect({ hostname, port: target });
    open.add(server);
    try {
      if (!open.has(client)) return; // cut meanwhile
      const isSocket = isWebSocket(head.text);
      if (isSocket) sockets.add(client);
      for (const end of [client, server]) end.setNoDelay();
      await write(server, encode(isSocket ? withoutExtensions(head.text) : asLastRequest(head.text)));
      await write(server, head.rest);
      await Promise.race([pump(client, server), isSocket ? deliver(server, client) : pump(server, client)]);
    } finally {
      letGo(server);
    }
  }

  async function pump(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    for await (const bytes of chunks(from)) if (!network.isSilent) await write(to, bytes);
  }

  /** From the server to the client, each frame with its fate. */
  async function deliver(server: Deno.TcpConn, client: Deno.TcpConn): Promise<void> {
    const head = await readHead(server);
    if (!head) return;
    await write(client, encode(head.text));
    const frames = new FrameSplitter();
    let inOrder = Promise.resolve();
    const send = (bytes: Uint8Array) => write(client, bytes).catch(() => {});
    const take = (bytes: Uint8Array) => {
      for (const { bytes: frame, isData } of frames.split(bytes)) {
        const fate = network.isSilent ? "is_lost" : isData ? network.fate() : "passes";
        if (fate === "is_lost") continue;
        if (typeof fate === "object") {
          void after(fate.later).then(() => send(frame));
          continue;
        }
        const due = after(network.delay());
        inOrder = inOrder.then(() => due).then(() => send(frame));
        if (fate === "comes_twice") inOrder = inOrder.then(() => send(frame));
      }
    };
    take(head.rest);
    for await (const bytes of chunks(server)) take(bytes);
    await inOrder;
  }

  function letGo(end: Deno.TcpConn): void {
    sockets.delete(end);
    if (open.delete(end)) end.close();
  }

  function cut(): void {
    for (const end of [...open]) letGo(end);
  }

  void accept(listener).catch(() => {});
  return {
    url: `http://${hostname}:${port}`,
    sockets: () => sockets.size,
    cut,
    down() {
      listener?.close();
      listener = undefined;
      cut();
    },
    async up() {
      while (!listener) {
        try {
          listener = Deno.listen({ hostname, port });
        } catch (error) {
          if (!(error instanceof Deno.errors.AddrInUse)) throw error;
          await after(1); // the last listener is about to be gone
        }
      }
      void accept(listener).catch(() => {});
    },
    async close() {
      listener?.close();
      cut();
      await Promise.all(running);
    },
  };
}

const encode = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

async function* chunks(from: Deno.TcpConn): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(65_536);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    yield buffer.slice(0, count);
  }
}

async function write(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

function after(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
