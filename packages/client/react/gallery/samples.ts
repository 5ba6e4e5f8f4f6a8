/** Results to show, made here: no file has to be shipped for them. */

const DRAWN = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 420">
<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2b2a6b"/>
<stop offset=".55" stop-color="#c2557a"/><stop offset="1" stop-color="#f6b26b"/></linearGradient></defs>
<rect width="640" height="420" fill="url(#s)"/><circle cx="452" cy="238" r="46" fill="#ffe3b0"/>
<path d="M0 300 110 214l70 58 104-122 132 168 78-64 146 98v68H0z" fill="#1d2350" opacity=".86"/>
<path d="M0 352c120-40 190 22 320-6s210-32 320 4v70H0z" fill="#10142f"/></svg>`;

export const PICTURE = `data:image/svg+xml,${encodeURIComponent(DRAWN)}`;

export const PHOTO = new File([DRAWN], "foto da praia.svg", { type: "image/svg+xml" });

/** One second of a quiet tone. */
export const SOUND = wave(8000, (at) => Math.sin(at * 2 * Math.PI * 330) * 0.2);

function wave(rate: number, sample: (seconds: number) => number): string {
  const header = new DataView(new ArrayBuffer(44));
  const words: readonly (readonly [number, string])[] = [[0, "RIFF"], [8, "WAVE"], [12, "fmt "], [
    36,
    "data",
  ]];
  for (const [at, word] of words) [...word].forEach((char, i) => header.setUint8(at + i, char.charCodeAt(0)));
  header.setUint32(4, 36 + rate, true);
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true); // PCM
  header.setUint16(22, 1, true); // one channel
  header.setUint32(24, rate, true);
  header.setUint32(28, rate, true);
  header.setUint16(32, 1, true);
  header.setUint16(34, 8, true); // bits
  header.setUint32(40, rate, true);
  const samples = Uint8Array.from({ length: rate }, (_, i) => 128 + sample(i / rate) * 127);
  const bytes = [...new Uint8Array(header.buffer), ...samples];
  return `data:audio/wav;base64,${btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""))}`;
}
