/** Durations as `ban_duration` has them: Go's format, a sequence of decimal numbers with units (`300ms`, `2h45m`). */
import { validationFailed } from "./auth_error.ts";

const MILLISECONDS = new Map([["ns", 1e-6], ["us", 1e-3], ["µs", 1e-3], ["ms", 1], ["s", 1e3], ["m", 6e4], [
  "h",
  36e5,
]]);
const PIECE = /(\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(ns|us|µs|ms|s|m|h)/g;

/** Milliseconds of `text`; 0 for `none`, which lifts a ban. @throws AuthError `validation_failed` */
export function banMilliseconds(text: string): number {
  if (text === "none" || text === "0") return 0;
  const pieces = [...text.matchAll(PIECE)];
  if (pieces.length === 0 || pieces.map(([piece]) => piece).join("") !== text) {
    throw validationFailed(`invalid format for ban duration: time: invalid duration "${text}"`);
  }
  return pieces.reduce(
    (sum, [, number, unit]) => sum + Number(number) * (MILLISECONDS.get(unit ?? "") ?? 0),
    0,
  );
}
