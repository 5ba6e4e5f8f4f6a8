/**
 * Bodies of requests that come in chunks of unknown number (`transfer-encoding: chunked`). Deno 2.9 keeps what has
 * arrived of them and nobody has read in one piece of memory, and moves all of it with each chunk that is taken from its
 * front: once a reader is slower than its client, half a gigabyte keeps the process busy for many minutes, also when
 * everybody has gone. So they are read as fast as they come, and what waits then waits in a queue.
 */

/** What may wait to be read, in bytes; beyond it the body breaks off. */
const MAX_WAITING = 1024 * 1024 * 1024;

/** More of a body has arrived than is kept for a reader that does not keep up. */
export class TooMuchWaiting extends Error {
  readonly code = "body_not_read";
}

/**
 * The same request, its body to be read as slowly as one likes. Nothing of it is read before somebody asks for it: until
 * then its client is kept waiting. Who wants no more of it cancels it.
 */
export function asItArrives(request: Request, maxWaiting: number = MAX_WAITING): Request {
  const { body } = request;
  if (!body || request.headers.has("content-length")) return request;
  return new Request(request, { body: queueOf(body, maxWaiting), duplex: "half" } as RequestInit);
}

function queueOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  maxWaiting: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let isReading = false;
  return new ReadableStream({
    pull(controller) {
      if (isReading) return;
      isReading = true;
      void fill(controller);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0, size: (chunk) => chunk?.length ?? 0 });

  async function fill(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    try {
      while (true) {
        const { value, done } = await reader.read();
        if (done) return controller.close();
        if (value.length - (controller.desiredSize ?? 0) > maxWaiting) {
          throw new TooMuchWaiting(`More than ${maxWaiting} bytes of a body wait to be read`);
        }
        controller.enqueue(value);
      }
    } catch (error) {
      controller.error(error);
      await reader.cancel(error).catch(() => {});
    }
  }
}
