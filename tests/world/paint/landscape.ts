/** A landscape for words: sky, sun, ridges and water, whose colours and shapes depend on the words alone. */

/** Red, green and blue, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

type Colour = readonly [red: number, green: number, blue: number];

/** From the upper end of the sky to the nearest ridge. */
const PALETTES: readonly (readonly Colour[])[] = [
  [[250, 214, 165], [246, 236, 205], [232, 149, 107], [60, 122, 137], [34, 72, 92], [26, 44, 58]],
  [[30, 45, 82], [90, 104, 158], [226, 160, 140], [109, 127, 176], [61, 86, 138], [28, 38, 66]],
  [[191, 227, 224], [236, 244, 226], [242, 120, 75], [95, 176, 183], [47, 133, 148], [20, 63, 82]],
  [[222, 211, 236], [250, 232, 220], [217, 84, 47], [168, 146, 190], [110, 92, 150], [52, 44, 88]],
  [[205, 220, 196], [247, 240, 214], [233, 162, 59], [120, 158, 118], [63, 110, 88], [28, 62, 54]],
];
const RIDGES = 4;

/** Paints it, `side` × `side`. */
export function paintLandscape(words: string, side: number): Picture {
  const random = randomOf(words);
  const [top, bottom, sun, ...ridges] = PALETTES[Math.floor(random() * PALETTES.length)] as Colour[];
  const centre = { x: side * (0.25 + random() * 0.5), y: side * (0.2 + random() * 0.2) };
  const radius = side * (0.08 + random() * 0.08);
  const lines = Array.from({ length: RIDGES }, (_, n) => ridge(random, side, n));
  const data = new Uint8Array(side * side * 3);
  /** Lays a colour over a pixel: all of it, or a share from 0 to 1 where an edge runs through. */
  const lay = (x: number, y: number, [red, green, blue]: Colour, share: number) => {
    const at = (y * side + x) * 3;
    data[at] = data[at]! + (red - data[at]!) * share;
    data[at + 1] = data[at + 1]! + (green - data[at + 1]!) * share;
    data[at + 2] = data[at + 2]! + (blue - data[at + 2]!) * share;
  };
  const sky = Array.from({ length: side }, (_, y) => mixed(top!, bottom!, y / (side * 0.62)));
  const light = mixed(sun!, [255, 246, 222], 0.45);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      lay(x, y, sky[y]!, 1);
      const away = Math.hypot(x - centre.x, y - centre.y) - radius;
      if (away < 0.5) lay(x, y, light, Math.min(1, 0.5 - away));
    }
  }
  for (const [n, line] of lines.entries()) {
    const colour = ridges[Math.min(n, ridges.length - 1)]!;
    for (let x = 0; x < side; x++) {
      const height = line(x);
      for (let y = Math.max(0, Math.floor(height)); y < side; y++) {
        lay(x, y, colour, Math.min(1, Math.max(0, y - height + 0.5)));
      }
    }
  }
  return { width: side, height: side, data };
}

/** Where a ridge begins at each x, in pixels from above; the nearer, the calmer and the lower. */
function ridge(random: () => number, side: number, n: number): (x: number) => number {
  const level = side * (0.5 + n * 0.125), height = side * (0.075 - n * 0.012);
  const waves = [1, 2.3, 5.1].map((speed) => ({
    speed: speed * (0.7 + random() * 0.6),
    shift: random() * 7,
  }));
  return (x) =>
    level -
    waves.reduce((sum, { speed, shift }, octave) =>
      sum + Math.sin((x / side) * 2 * Math.PI * speed + shift) * height / 2 ** octave, 0);
}

/** `share` of `b` in `a`, from 0 to 1; beyond, all of one of them. */
function mixed(a: Colour, b: Colour, share: number): Colour {
  if (share <= 0) return a;
  if (share >= 1) return b;
  return [0, 1, 2].map((at) => a[at]! + (b[at]! - a[at]!) * share) as unknown as Colour;
}

/** Numbers from 0 to 1 that depend on the words alone. */
function randomOf(words: string): () => number {
  let state = 2166136261;
  for (const letter of words) state = Math.imul(state ^ letter.codePointAt(0)!, 16777619);
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}
