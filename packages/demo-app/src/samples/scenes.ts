/** Landscapes and things to try the tools with, drawn here: 480 × 480, flat shapes as if cut out of paper. */

/** A drawing as the text of an SVG file. */
export type Drawing = string;

export const SIDE = 480;

/** Puts shapes on a sheet of a colour. */
export function sheet(background: string, shapes: string): Drawing {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}" width="${SIDE}" height="${SIDE}">` +
    `<rect width="${SIDE}" height="${SIDE}" fill="${background}"/>${shapes}</svg>`;
}

export const LIGHTHOUSE = sheet(
  "#f6c89f",
  `
  <circle cx="330" cy="150" r="62" fill="#fbe3b8"/>
  <path d="M0 250 Q120 214 240 246 T480 236 V480 H0Z" fill="#e8956b"/>
  <path d="M214 128 480 66 V176 L214 150Z" fill="#fff3d6" opacity=".5"/>
  <path d="M0 312 Q110 286 230 306 T480 296 V480 H0Z" fill="#3c7a89"/>
  <path d="M0 352 Q120 330 250 348 T480 340 V480 H0Z" fill="#2c5f70"/>
  <path d="M40 420 Q110 330 190 336 Q270 342 330 430 L340 480 H30Z" fill="#22303c"/>
  <path d="M172 346 182 158 H228 L238 346Z" fill="#fdf6ec"/>
  <path d="M180 206 H230 L232 246 H178Z M176 290 H234 L237 330 H174Z" fill="#c8452f"/>
  <rect x="174" y="148" width="62" height="12" rx="3" fill="#22303c"/>
  <rect x="186" y="112" width="38" height="38" fill="#ffd66b"/><path d="M198 112v38M211 112v38" stroke="#22303c" stroke-width="4"/>
  <path d="M178 114 Q205 74 232 114Z" fill="#c8452f"/>
  <path d="M0 400 Q60 388 120 402 M300 392 Q380 378 470 396 M330 440 Q400 428 470 442" stroke="#7fb3bd" stroke-width="5" fill="none" stroke-linecap="round"/>`,
);

export const MOUNTAINS = sheet(
  "#20304f",
  `
  <circle cx="128" cy="112" r="44" fill="#f4e9d2"/><circle cx="344" cy="76" r="22" fill="#c9d4e8"/>
  <g fill="#f4e9d2" opacity=".8"><circle cx="52" cy="60" r="3"/><circle cx="220" cy="52" r="2.5"/><circle cx="280" cy="130" r="3"/><circle cx="430" cy="140" r="2.5"/><circle cx="400" cy="40" r="2"/><circle cx="190" cy="160" r="2"/></g>
  <path d="M0 330 96 176 176 282 262 148 372 300 426 226 480 300 V480 H0Z" fill="#3d568a"/>
  <path d="M96 176 132 224 104 240 84 224 66 226Z M262 148 304 206 268 232 246 208 228 204Z M426 226 450 258 424 266 404 256Z" fill="#e9eef8"/>
  <path d="M0 392 110 268 226 392 322 282 480 420 V480 H0Z" fill="#6d7fb0"/>
  <path d="M0 432 Q130 372 250 424 T480 404 V480 H0Z" fill="#e2a08c"/>
  <path d="M0 462 Q160 420 300 454 T480 446 V480 H0Z" fill="#b86b64"/>`,
);

export const STILL_LIFE = sheet(
  "#dcd3c0",
  `
  <rect y="318" width="480" height="162" fill="#8a5a3c"/><rect y="318" width="480" height="14" fill="#a56f4c"/>
  <path d="M112 330 Q86 250 126 196 Q132 172 126 140 H194 Q188 172 194 196 Q234 250 208 330Z" fill="#2f6f6a"/>
  <path d="M126 196 Q160 208 194 196" stroke="#8fc6bb" stroke-width="6" fill="none"/>
  <path d="M160 142 Q132 76 96 70 Q112 112 148 142 M160 142 Q170 62 216 44 Q216 104 172 142 M160 142 Q152 80 160 40" stroke="#4d7a3e" stroke-width="9" fill="none" stroke-linecap="round"/>
  <circle cx="98" cy="68" r="20" fill="#d9623b"/><circle cx="216" cy="44" r="22" fill="#e9a23b"/><circle cx="160" cy="34" r="17" fill="#c8452f"/>
  <circle cx="300" cy="318" r="54" fill="#d9542f"/><path d="M300 268 q6 -22 22 -26" stroke="#4b3a25" stroke-width="6" fill="none" stroke-linecap="round"/>
  <circle cx="378" cy="334" r="46" fill="#e9a23b"/><circle cx="362" cy="318" r="10" fill="#f6cf86"/>
  <circle cx="282" cy="298" r="12" fill="#ee8a68"/>
  <path d="M224 384 Q320 402 440 382" stroke="#6d4429" stroke-width="8" fill="none" stroke-linecap="round" opacity=".6"/>`,
);

export const WAVES = sheet(
  "#bfe3e0",
  `
  <circle cx="240" cy="190" r="84" fill="#f2784b"/>
  <path d="M0 262 Q60 232 120 262 T240 262 T360 262 T480 262 V480 H0Z" fill="#5fb0b7"/>
  <path d="M0 322 Q60 292 120 322 T240 322 T360 322 T480 322 V480 H0Z" fill="#2f8594"/>
  <path d="M0 386 Q60 356 120 386 T240 386 T360 386 T480 386 V480 H0Z" fill="#1d5a6e"/>
  <path d="M0 446 Q60 416 120 446 T240 446 T360 446 T480 446 V480 H0Z" fill="#143f52"/>
  <path d="M196 250 240 128 V250Z" fill="#fdf6ec"/><path d="M248 250 V150 L292 250Z" fill="#f7dcb4"/>
  <path d="M178 256 H312 Q300 286 278 288 H212 Q190 286 178 256Z" fill="#22303c"/>`,
);
