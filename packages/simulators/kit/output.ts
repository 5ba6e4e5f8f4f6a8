/** A file that a task left behind: made again whenever it is asked for, or lying on disk; never held in memory. */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { generatedBlocks, generatedFile } from "./generated_files.ts";
import { ENDINGS, type MediaType } from "./media_types.ts";
import { partOfBlocks } from "./output_stream.ts";

const BLOCK_BYTES = 64 * 1024;
/** So many blocks are digested before others have their turn. */
const BLOCKS_PER_TURN = 128;

/** What makes an output. */
export interface OutputParts {
  /** The last part of its link. */
  readonly name: string;
  /** Content type. */
  readonly type: string;
  readonly bytes: number;
  /** The content from its beginning, each time it is called. */
  readonly blocks: () => Iterable<Uint8Array>;
  /** Digest of the content, when it is known. */
  readonly sha256?: string;
  /** Whether any other content would do as well. Default: no. */
  readonly isRandom?: boolean;
}

/** One output. */
export class Output {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly isRandom: boolean;
  readonly #blocks: () => Iterable<Uint8Array>;
  #sha256: string | undefined;

  constructor({ name, type, bytes, blocks, sha256, isRandom = false }: OutputParts) {
    this.isRandom = isRandom;
    this.name = name;
    this.type = type;
    this.bytes = bytes;
    this.#blocks = blocks;
    this.#sha256 = sha256;
  }

  /** The content from its beginning, block by block. */
  blocks(): Iterable<Uint8Array> {
    return this.#blocks();
  }

  /**
   * The content, block by block as it is read.
   * @param part from which byte, up to which (without it), and who is told how many are read. Default: all, nobody.
   */
  stream(
    { from = 0, to = this.bytes, sent = () => {} }: {
      from?: number;
      to?: number;
      sent?: (bytes: number) => void;
    } = {},
  ): ReadableStream<Uint8Array> {
    return ReadableStream.from(partOfBlocks(this.#blocks(), from, to, sent));
  }

  /**
   * Digest of the content, lower-case hexadecimal. The first time it reads all of it, which holds the process up for
   * about a second per 500 MB; `digest` does not.
   */
  get sha256(): string {
    if (this.#sha256 === undefined) {
      const hash = createHash("sha256");
      for (const block of this.#blocks()) hash.update(block);
      this.#sha256 = hash.digest("hex");
    }
    return this.#sha256;
  }

  /** The same digest, computed with pauses. */
  async digest(): Promise<string> {
    if (this.#sha256 === undefined) {
      const hash = createHash("sha256");
      let taken = 0;
      for (const block of this.#blocks()) {
        hash.update(block);
        if (++taken % BLOCKS_PER_TURN === 0) await setImmediate();
      }
      this.#sha256 ??= hash.digest("hex");
    }
    return this.#sha256;
  }
}

/** An output that depends on `seed` alone: `generatedFile`, or with `bytes` as many bytes as that. */
export function generatedOutput(
  { name, seed, type, bytes }: { name: string; seed: string; type: MediaType; bytes?: number | undefined },
): Output {
  const fullName = `${name}.${ENDINGS[type]}`;
  if (bytes !== undefined) {
    return new Output({ name: fullName, type, bytes, blocks: () => generatedBlocks(seed, type, bytes) });
  }
  const content = generatedFile(seed, type);
  const sha256 = createHash("sha256").update(content).digest("hex");
  // Made anew for each reader: thousands of tasks then cost their digests only.
  const blocks = () => [generatedFile(seed, type)];
  return new Output({ name: fullName, type, bytes: content.length, blocks, sha256, isRandom: true });
}

/** The bytes of the small output `n` (from 0) of a task whose outputs are made by `taskOutputs`. */
export function outputBytes(taskId: string, type: MediaType, n = 0): Uint8Array {
  return generatedFile(seedOf(taskId, n), type);
}

/** `count` outputs that depend on the task's id and their number alone, so that a copy can be told from any other. */
export function taskOutputs(
  taskId: string,
  type: MediaType,
  { count = 1, bytes }: { count?: number; bytes?: number | undefined } = {},
): Output[] {
  return Array.from(
    { length: count },
    (_, n) => generatedOutput({ name: `output-${n}`, seed: seedOf(taskId, n), type, bytes }),
  );
}

/** An output that lies on disk. */
export function fileOutput({ name, type, path, bytes, sha256 }: {
  name: string;
  type: string;
  path: string;
  bytes: number;
  sha256: string;
}): Output {
  return new Output({ name, type, bytes, sha256, blocks: () => blocksOfFile(path) });
}

function* blocksOfFile(path: string): Generator<Uint8Array> {
  using file = Deno.openSync(path);
  while (true) {
    const block = new Uint8Array(BLOCK_BYTES);
    const read = file.readSync(block);
    if (read === null) return;
    yield block.subarray(0, read);
  }
}

function seedOf(taskId: string, n: number): string {
  return `${taskId}/${n}`;
}
