/** Notices when nothing moves: a connection that is half open says so to nobody. */
import type { Surroundings } from "../live/surroundings.ts";

export interface Stall {
  /** Something moved. */
  moved(): void;
  end(): void;
}

/** Calls `onStall` once when nothing has moved for `ms`; until something moves for the first time, for `firstMs`. */
export function watchForStall(
  { setTimeout, clearTimeout }: Pick<Surroundings, "setTimeout" | "clearTimeout">,
  { ms, firstMs }: { ms: number; firstMs: number },
  onStall: () => void,
): Stall {
  let timer = setTimeout(onStall, firstMs);
  return {
    moved() {
      clearTimeout(timer);
      timer = setTimeout(onStall, ms);
    },
    end: () => clearTimeout(timer),
  };
}
