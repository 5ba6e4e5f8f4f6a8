/** Which publications there are, whose they are and what goes wrong with each: drawn from a seed. */
import { platformOf } from "../../../shared/words/platforms.ts";
import type { File } from "../../world/media_files.ts";
import type { SocialName } from "../../world/simulators.ts";
import type { Random } from "../../world/random.ts";
import { scenariosFor, scenariosOf } from "./scenarios/index.ts";
import { asAsked, type Scenario, type Shown } from "./scenarios/scenario.ts";

export interface Planned {
  readonly n: number;
  readonly scenario: Scenario;
  readonly platform: SocialName;
  readonly customer: number;
  /** Its text; no other publication has it. */
  readonly caption: string;
  readonly files: readonly File[];
  /** Whether it is asked for by the function `publications`, or in SQL. */
  readonly isByFunction: boolean;
  /** How its post has to look. */
  readonly shown: Shown;
}

/** One publication in so many is asked for by the function, as an app does; the others in SQL, which costs less. */
const BY_FUNCTION = 4;

/** `count` publications, of each scenario about as many; where there are fewer, of each platform about as many. */
export function plan(
  count: number,
  { customers, isShort, random }: { customers: number; isShort: boolean; random: Random },
): Planned[] {
  const scenarios = drawn(random, isShort);
  const chosen = random.shuffled(
    Array.from({ length: count }, (_, n) => scenarios[n % scenarios.length] as Scenario),
  );
  return chosen.map((scenario, n) =>
    planned(n, scenario, Math.floor(random.between(0, customers)), scenario.files())
  );
}

/** All scenarios, drawn: first one of each platform, then another one of each, and so on. */
function drawn(random: Random, isShort: boolean): Scenario[] {
  const hands = [...Map.groupBy(scenariosFor({ isShort }), ({ option }) => platformOf(option)).values()]
    .map((own) => random.shuffled(own));
  const longest = Math.max(...hands.map(({ length }) => length));
  return Array.from({ length: longest }, (_, n) => hands.flatMap((own) => own[n] ?? [])).flat();
}

/** The publication of this number. */
export function planned(
  n: number,
  scenario: Scenario,
  customer: number,
  files: readonly File[],
): Planned {
  const caption = `chaos ${String(n).padStart(5, "0")} of ${scenario.name.replaceAll("_", " ")}`;
  const { platform, shows } = scenariosOf(platformOf(scenario.option));
  const shown = (shows?.[scenario.option] ?? asAsked)({ caption, files });
  return { n, scenario, platform, customer, caption, files, isByFunction: n % BY_FUNCTION === 0, shown };
}
