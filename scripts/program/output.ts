/** What a program that was started prints, as it comes. */

export interface Output {
  readonly out: string;
  readonly err: string;
  /** Both, in the order in which they came. */
  readonly all: string;
  /** Resolves when there is nothing more to come. */
  readonly done: Promise<unknown>;
}

/** Reads the standard output and standard error of a program that was started with both piped. */
export function readOutput(child: Deno.ChildProcess): Output {
  const text = { out: "", err: "", all: "" };
  const read = async (stream: ReadableStream<Uint8Array>, name: "out" | "err") => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text[name] += part;
      text.all += part;
    }
  };
  return Object.assign(text, { done: Promise.all([read(child.stdout, "out"), read(child.stderr, "err")]) });
}
