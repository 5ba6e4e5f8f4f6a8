/** What one may try a tool with by one click: the drawings, as files of the types that tools take. */
import { ARMS_UP, DANCING, DRESS, JACKET, PORTRAIT } from "./people.ts";
import { type Drawing, LIGHTHOUSE, MOUNTAINS, SIDE, STILL_LIFE, WAVES } from "./scenes.ts";

const DRAWINGS = {
  lighthouse: LIGHTHOUSE,
  mountains: MOUNTAINS,
  still_life: STILL_LIFE,
  waves: WAVES,
  portrait: PORTRAIT,
  arms_up: ARMS_UP,
  dancing: DANCING,
  dress: DRESS,
  jacket: JACKET,
} as const satisfies Record<string, Drawing>;

export type SampleName = keyof typeof DRAWINGS;

/** The address of a drawing, for an `<img>`. */
export function drawingUrl(name: SampleName): string {
  return `data:image/svg+xml,${encodeURIComponent(DRAWINGS[name])}`;
}

/** The drawing as a PNG of `side` × `side` pixels. @throws Error where the browser has no canvas to draw on */
export function sampleFile(name: SampleName, side = SIDE): Promise<File> {
  return drawn(name, side, "png");
}

/** The drawing as a JPEG, as social platforms want their photos. @throws Error as `sampleFile` */
export function sampleJpeg(name: SampleName, side = 1080): Promise<File> {
  return drawn(name, side, "jpeg");
}

async function drawn(name: SampleName, side: number, type: "png" | "jpeg"): Promise<File> {
  const image = new Image();
  image.src = drawingUrl(name);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser has no canvas.");
  context.drawImage(image, 0, 0, side, side);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, `image/${type}`));
  if (!blob) throw new Error(`This browser makes no ${type}.`);
  return new File([blob], `${name}.${type === "png" ? "png" : "jpg"}`, { type: `image/${type}` });
}

/** The film that is served beside the page. */
export async function sampleVideo(): Promise<File> {
  const response = await fetch("./waves.mp4");
  return new File([await response.blob()], "waves.mp4", { type: "video/mp4" });
}
