/** The frames of a websocket, as bytes: enough of RFC 6455 to let one pass, or not. */

export interface Frame {
  /** The frame as it is on the wire. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether it carries a message, or a part of one; otherwise a ping, a pong or a close. */
  readonly isData: boolean;
}

/** Cuts a stream of bytes into frames. What is not whole yet is kept for the next bytes. */
export class FrameSplitter {
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array();

  /** The frames that are whole with these bytes, in order. */
  split(bytes: Uint8Array): Frame[] {
    let rest = joined(this.#rest, bytes);
    const frames: Frame[] = [];
    for (let size = sizeOf(rest); size !== undefined && size <= rest.length; size = sizeOf(rest)) {
      frames.push({ bytes: rest.slice(0, size), isData: ((rest[0] ?? 0) & 0x0f) < 8 });
      rest = rest.subarray(size);
    }
    this.#rest = rest;
    return frames;
  }
}

/** How many bytes the frame has that begins here; undefined: its header is not whole. */
function sizeOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  const lengthSize = short < 126 ? 0 : short === 126 ? 2 : 8;
  const header = 2 + lengthSize + ((bytes[1] ?? 0) & 0x80 ? 4 : 0);
  if (bytes.length < header) return undefined;
  let length = short;
  if (lengthSize > 0) {
    length = bytes.subarray(2, 2 + lengthSize).reduce((sum, byte) => sum * 256 + byte, 0);
  }
  return header + length;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
