/** A picture to upscale: drawn here, so that the repository need not carry one. */
import { encode } from "fast-png";

/** A PNG of `side` × `side` pixels: a gradient under noise, which does not compress away. 800 gives more than 1 MB. */
export function drawPicture(side = 800): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(side * side * 3);
  let noise = 42;
  for (let pixel = 0; pixel < side * side; pixel++) {
    const x = pixel % side, y = Math.floor(pixel / side);
    for (const [channel, base] of [(x * 200) / side, (y * 200) / side, ((x + y) * 100) / side].entries()) {
      noise = (noise * 1103515245 + 12345) & 0x7fffffff; // a linear congruential generator: the same picture every time
      data[pixel * 3 + channel] = base + (noise >> 16) % 56;
    }
  }
  return new Uint8Array(encode({ width: side, height: side, data, channels: 3, depth: 8 }));
}
