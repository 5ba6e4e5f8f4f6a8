/** People and clothes to try the tools with: a figure of few shapes, whose limbs are told by their joints. */
import { sheet } from "./scenes.ts";

/** Where hands and feet are; the rest of the body stands still. */
interface Pose {
  readonly left: readonly [elbow: Point, hand: Point];
  readonly right: readonly [elbow: Point, hand: Point];
  readonly feet: readonly [left: Point, right: Point];
}
type Point = readonly [x: number, y: number];

interface Look {
  readonly skin: string;
  readonly hair: string;
  readonly top: string;
  readonly bottom: string;
}

const ANA: Look = { skin: "#b9784f", hair: "#2b1a14", top: "#e9a23b", bottom: "#2c5f70" };
const LIA: Look = { skin: "#e3b48c", hair: "#7a3b1d", top: "#fdf6ec", bottom: "#c8452f" };
const TEO: Look = { skin: "#7c4a32", hair: "#151515", top: "#2f6f6a", bottom: "#22303c" };

function figure({ left, right, feet }: Pose, { skin, hair, top, bottom }: Look): string {
  const arm = (shoulder: Point, [elbow, hand]: readonly [Point, Point]) => `
    <path d="M${shoulder} L${elbow}" stroke="${top}" stroke-width="34" stroke-linecap="round"/>
    <path d="M${elbow} L${hand}" stroke="${skin}" stroke-width="24" stroke-linecap="round"/>
    <circle cx="${hand[0]}" cy="${hand[1]}" r="15" fill="${skin}"/>`;
  const leg = (hip: Point, foot: Point) => `
    <path d="M${hip} L${foot}" stroke="${bottom}" stroke-width="40" stroke-linecap="round"/>
    <path d="M${foot[0] - 8} ${
    foot[1] + 16
  } h34" stroke="#fdf6ec" stroke-width="18" stroke-linecap="round"/>`;
  return `<g fill="none">
    ${leg([222, 300], feet[0])}${leg([258, 300], feet[1])}
    ${arm([206, 192], left)}${arm([274, 192], right)}
    <path d="M196 184 Q240 166 284 184 L276 306 H204Z" fill="${top}"/>
    <rect x="226" y="146" width="28" height="40" rx="12" fill="${skin}"/>
    <circle cx="240" cy="120" r="44" fill="${skin}"/>
    <path d="M194 124 Q188 68 240 66 Q292 68 286 124 Q276 92 240 94 Q206 94 194 124Z" fill="${hair}"/>
    <path d="M224 134 Q240 146 256 134" stroke="#5b2c1a" stroke-width="5" stroke-linecap="round"/>
    <circle cx="224" cy="116" r="4.5" fill="#22160f"/><circle cx="256" cy="116" r="4.5" fill="#22160f"/>
  </g>`;
}

const floor = (colour: string) => `<ellipse cx="240" cy="452" rx="150" ry="16" fill="${colour}"/>`;

export const PORTRAIT = sheet(
  "#cfd9c8",
  floor("#b2c0aa") + figure({
    left: [[176, 246], [168, 312]],
    right: [[304, 246], [312, 312]],
    feet: [[214, 430], [266, 430]],
  }, ANA),
);
export const ARMS_UP = sheet(
  "#f3d9c6",
  floor("#e2bfa6") + figure({
    left: [[152, 150], [134, 78]],
    right: [[328, 150], [346, 78]],
    feet: [[186, 426], [294, 426]],
  }, TEO),
);
export const DANCING = sheet(
  "#d7d3ea",
  floor("#bdb6da") + figure({
    left: [[150, 196], [96, 160]],
    right: [[318, 232], [368, 286]],
    feet: [[176, 420], [312, 408]],
  }, LIA),
);

export const DRESS = sheet(
  "#f1e7d3",
  `<path d="M240 96 q0 -30 22 -30" stroke="#6b675f" stroke-width="7" fill="none" stroke-linecap="round"/>
   <path d="M150 134 240 92 330 134" stroke="#6b675f" stroke-width="9" fill="none" stroke-linecap="round" stroke-linejoin="round"/>
   <path d="M188 118 Q240 158 292 118 L304 214 Q352 330 372 420 Q240 452 108 420 Q128 330 176 214Z" fill="#c8452f"/>
   <path d="M176 214 Q240 234 304 214 L300 236 Q240 254 180 236Z" fill="#8f2d20"/>
   <g fill="#f6c89f"><circle cx="190" cy="290" r="9"/><circle cx="250" cy="276" r="9"/><circle cx="304" cy="312" r="9"/><circle cx="168" cy="356" r="9"/><circle cx="228" cy="340" r="9"/><circle cx="282" cy="376" r="9"/><circle cx="336" cy="384" r="9"/><circle cx="202" cy="404" r="9"/></g>`,
);

export const JACKET = sheet(
  "#dbe4ea",
  `<path d="M240 84 q0 -28 22 -28" stroke="#6b675f" stroke-width="7" fill="none" stroke-linecap="round"/>
   <path d="M176 110 Q240 82 304 110 L372 158 396 348 346 356 326 232 330 414 H150 L154 232 134 356 84 348 108 158Z" fill="#2c5f70"/>
   <path d="M202 100 240 188 278 100 Q240 86 202 100Z" fill="#fdf6ec"/>
   <path d="M202 100 182 156 236 214Z M278 100 298 156 244 214Z" fill="#22495a"/>
   <path d="M240 206 V414" stroke="#163644" stroke-width="6"/>
   <g fill="#e9a23b"><circle cx="254" cy="252" r="7"/><circle cx="254" cy="300" r="7"/><circle cx="254" cy="348" r="7"/></g>
   <path d="M172 330 h46 M264 330 h46" stroke="#163644" stroke-width="7" stroke-linecap="round"/>`,
);
