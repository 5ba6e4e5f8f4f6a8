/** Which publications there are, whose they are and what goes wrong with each: drawn from a seed. */
import type { Random } from "../random.ts";
import type { File } from "../../world/media_files.ts";
import { type Scenario, scenariosFor } from "./scenarios.ts";

export interface Planned {
  readonly n: number;
  readonly scenario: Scenario;
  readonly customer: number;
  /** Its text; no other publication has it. Stories have none that arrives. */
  readonly caption: string;
  readonly files: readonly File[];
}

/** `count` publications, of each scenario about as many. */
export function plan(
  count: number,
  { customers, isShort, random }: { customers: number; isShort: boolean; random: Random },
): Planned[] {
  const scenarios = random.shuffled(scenariosFor({ isShort }));
  const chosen = random.shuffled(
    Array.from({ length: count }, (_, n) => scenarios[n % scenarios.length] as Scenario),
  );
  return chosen.map((scenario, n) => ({
    n,
    scenario,
    customer: Math.floor(random.between(0, customers)),
    caption: `chaos ${String(n).padStart(5, "0")} of ${scenario.name.replaceAll("_", " ")}`,
    files: scenario.files(),
  }));
}
