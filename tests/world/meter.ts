/** A meter before a server: counts what goes through, also of requests whose sender dies in the middle. */

export interface Meter {
  /** Base URL to be used in the server's place. */
  readonly url: string;
  /** Bytes that were sent to the server, headers included. */
  received(): number;
  /** Bytes that the server has answered. */
  answered(): number;
  close(): void;
}

/** Opens a meter before the server at `target`, which may listen only later. Its answers name the meter for itself. */
export function openMeter(target: string): Meter {
  const { hostname, port } = new URL(target);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  let [received, answered] = [0, 0];
  const rename = renaming(port, `${listener.addr.port}`);

  async function through(client: Deno.TcpConn): Promise<void> {
    const server = await Deno.connect({ hostname, port: Number(port) }).catch(() => null);
    if (server === null) return client.close();
    const ends = [client, server];
    for (const end of ends) open.add(end);
    const count = (add: (bytes: number) => void, change = (bytes: Uint8Array) => bytes) =>
      new TransformStream<Uint8Array, Uint8Array>({
        transform(bytes, controller) {
          add(bytes.length);
          controller.enqueue(change(bytes));
        },
      });
    await Promise.allSettled([
      client.readable.pipeThrough(count((bytes) => received += bytes)).pipeTo(server.writable),
      server.readable.pipeThrough(count((bytes) => answered += bytes, rename)).pipeTo(client.writable),
    ]);
    for (const end of ends) {
      open.delete(end);
      closeQuietly(end);
    }
  }

  (async () => {
    for await (const client of listener) void through(client);
  })().catch(() => {});
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    received: () => received,
    answered: () => answered,
    close() {
      listener.close();
      for (const end of open) closeQuietly(end);
    },
  };
}

function closeQuietly(end: Deno.TcpConn): void {
  try {
    end.close();
  } catch {
    // It is closed already.
  }
}

/** Where an upload goes is told in an answer: with the server's port, in place of which the meter's is read. */
function renaming(from: string, to: string): (bytes: Uint8Array) => Uint8Array {
  const [name, instead] = [`127.0.0.1:${from}`, `127.0.0.1:${to}`];
  // Other lengths would need other headers.
  if (name.length !== instead.length) throw new Error(`Ports ${from} and ${to} are not of one length`);
  const [first, rest] = [new TextEncoder().encode(name), new TextEncoder().encode(instead)];
  return (bytes) => {
    for (let at = 0; at <= bytes.length - first.length; at++) {
      at = bytes.indexOf(first[0] ?? 0, at);
      if (at < 0) break;
      if (first.every((byte, n) => bytes[at + n] === byte)) bytes.set(rest, at);
    }
    return bytes;
  };
}
