/** All scenarios, and the rules that make the simulators play them. */
import type { FaultRule } from "@esteira/simulators/kit/fault_rules";
import type { Simulators } from "../../world/simulators.ts";
import { ASTRIA } from "./astria.ts";
import { FAL } from "./fal.ts";
import { KIE } from "./kie.ts";
import { OPENAI } from "./openai.ts";
import { REPLICATE } from "./replicate.ts";
import { RUNNINGHUB } from "./runninghub.ts";
import { WORKERS } from "./workers.ts";
import { markOf, type PlacedScenario, type ProviderName, type Scenario } from "./scenario.ts";

const placed = (provider: ProviderName, scenarios: readonly Scenario<unknown>[]): PlacedScenario[] =>
  scenarios.map((scenario) => ({ ...scenario, provider }));

export const SCENARIOS: readonly PlacedScenario[] = [
  ...placed("runninghub", RUNNINGHUB),
  ...placed("kie", KIE),
  ...placed("fal", FAL),
  ...placed("replicate", REPLICATE),
  ...placed("astria", ASTRIA),
  ...placed("openai", OPENAI),
  ...placed("workers", WORKERS),
];

/** Tells every simulator what is to go wrong; workers find it in the text of a job. */
export function arm({ runninghub, kie, fal, replicate, astria, openai }: Simulators): void {
  armOne("runninghub", runninghub, RUNNINGHUB);
  armOne("kie", kie, KIE);
  armOne("fal", fal, FAL);
  armOne("replicate", replicate, REPLICATE);
  armOne("astria", astria, ASTRIA);
  armOne("openai", openai, OPENAI);
}

function armOne<Fault>(
  provider: ProviderName,
  simulator: { misbehave(rule: FaultRule<Fault>): void },
  scenarios: readonly Scenario<Fault>[],
): void {
  for (const { name, rules } of scenarios) {
    for (const rule of rules) {
      simulator.misbehave({ ...rule, contains: markOf({ provider, name }), per: "text" });
    }
  }
}
