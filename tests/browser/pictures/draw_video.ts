/**
 * `node scripts/deno.mjs run -A tests/browser/pictures/draw_video.ts`: draws the film that the demo app offers to try the
 * video upscaler and publishing with: waves that roll, four seconds of them, and it begins again where it ended. It is large
 * and long enough for each of the seven platforms.
 */
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "../../../scripts/install/chromium.ts";
import { ROOT } from "../../../scripts/paths.ts";

const TARGET = join(ROOT, "packages/demo-app/public/waves.mp4");

const found = await findChromium();
if ("missing" in found) {
  console.error(found.missing);
  Deno.exit(1);
}
const browser = await chromium.launch({ executablePath: found.path });
try {
  const page = await browser.newPage();
  const film: string = await page.evaluate(`(${record})()`);
  await Deno.writeFile(TARGET, Uint8Array.from(atob(film), (letter) => letter.charCodeAt(0)));
  console.log(`${TARGET}: ${(await Deno.stat(TARGET)).size} bytes`);
} finally {
  await browser.close();
}

/** Runs in the page, as text: nothing from outside it may be used. */
function record(): Promise<string> {
  // deno-lint-ignore no-explicit-any -- a page's world, of which Deno has no types
  const { document, MediaRecorder, FileReader, performance, requestAnimationFrame } = globalThis as any;
  const SIDE = 320, PIXELS = 540, LOOP_MS = 4000;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PIXELS;
  const pen = canvas.getContext("2d");
  pen.scale(PIXELS / SIDE, PIXELS / SIDE);
  const wave = (colour: string, level: number, height: number, shift: number) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.moveTo(0, SIDE);
    for (let x = 0; x <= SIDE; x += 4) {
      pen.lineTo(x, level + height * Math.sin(2 * Math.PI * (x / 107 + shift)));
    }
    pen.lineTo(SIDE, SIDE);
    pen.fill();
  };
  const draw = (at: number) => {
    const bob = 5 * Math.sin(2 * Math.PI * at);
    pen.fillStyle = "#bfe3e0";
    pen.fillRect(0, 0, SIDE, SIDE);
    pen.fillStyle = "#f2784b";
    pen.beginPath();
    pen.arc(160, 126, 56, 0, 7);
    pen.fill();
    wave("#5fb0b7", 176, 10, at);
    const shape = (colour: string, points: number[][]) => {
      pen.fillStyle = colour;
      pen.beginPath();
      for (const [x, y] of points) pen.lineTo(x, y! + bob);
      pen.fill();
    };
    shape("#fdf6ec", [[131, 172], [160, 92], [160, 172]]);
    shape("#f7dcb4", [[166, 172], [166, 108], [194, 172]]);
    shape("#22303c", [[119, 176], [208, 176], [188, 198], [138, 198]]);
    wave("#2f8594", 212, 11, -at);
    wave("#1d5a6e", 252, 12, at);
    wave("#143f52", 292, 10, -2 * at);
  };
  draw(0);
  const recorder = new MediaRecorder(canvas.captureStream(30), {
    mimeType: "video/mp4;codecs=avc1.42E01E",
    videoBitsPerSecond: 260_000,
  });
  const parts: unknown[] = [];
  recorder.ondataavailable = ({ data }: { data: unknown }) => parts.push(data);
  return new Promise((resolve) => {
    recorder.onstop = () => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.split(",")[1]);
      reader.readAsDataURL(new Blob(parts as BlobPart[]));
    };
    const begin = performance.now();
    const step = () => {
      const passed = performance.now() - begin;
      draw(passed / LOOP_MS);
      if (passed < LOOP_MS) requestAnimationFrame(step);
      else recorder.stop();
    };
    recorder.start();
    step();
  });
}
