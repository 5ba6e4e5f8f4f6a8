/** The moment before the browser paints next. */

/** Where nothing is painted, as in a tab that nobody looks at, it is waited for no longer than this, milliseconds. */
const UNSEEN_MS = 100;

/** Calls `call` once before the next frame is painted, or soon where none is; what it returns takes that back. */
export function onNextFrame(call: () => void): () => void {
  const run = () => {
    cancel();
    call();
  };
  const frame = typeof requestAnimationFrame === "function" ? requestAnimationFrame(run) : null;
  const timer = setTimeout(run, UNSEEN_MS);
  const cancel = () => {
    clearTimeout(timer);
    if (frame !== null) cancelAnimationFrame(frame);
  };
  return cancel;
}
