/** The steps in their order, how they stand, and how they are gone through. */
import { DeployError } from "./deploy_error.ts";
import type { Deployment, Standing, Step } from "./step.ts";
import { exposureStep } from "./steps/exposure.ts";
import { functionsStep } from "./steps/functions.ts";
import { linkStep } from "./steps/link.ts";
import { projectStep } from "./steps/project.ts";
import { realtimeStep } from "./steps/realtime.ts";
import { schedulesStep } from "./steps/schedules.ts";
import { schemaStep } from "./steps/schema.ts";
import { secretsStep } from "./steps/secrets.ts";

/** As docs/deploying.md has them. */
export const STEPS: readonly Step[] = [
  projectStep,
  linkStep,
  schemaStep,
  exposureStep,
  realtimeStep,
  functionsStep,
  secretsStep,
  schedulesStep,
];

export interface Planned {
  readonly step: Step;
  readonly standing: Standing;
}

/** What a run has come to. */
export interface Followed {
  /** How many steps it did. */
  readonly changed: number;
  /** The steps that stand, done by this run or before. */
  readonly stands: readonly string[];
}

/** A step, and what it failed with. */
export class StepFailure extends Error {
  readonly code = "step_failed";
  constructor(
    readonly step: string,
    override readonly cause: DeployError,
    readonly stands: readonly string[],
  ) {
    super(cause.message);
  }
}

/** Looks at each step. Changes nothing. */
export async function plan(deployment: Deployment, steps: readonly Step[] = STEPS): Promise<Planned[]> {
  const planned: Planned[] = [];
  for (const step of steps) {
    planned.push({ step, standing: await orFail(step, [], () => step.look(deployment)) });
  }
  return planned;
}

/**
 * Goes through the steps. Each is looked at anew before it is done, and after it has failed: another deployment may have
 * done it meanwhile.
 * @param tell is given a line before a step is done, and one after.
 */
export async function follow(
  deployment: Deployment,
  planned: readonly Planned[],
  tell: (line: string) => void,
): Promise<Followed> {
  const stands: string[] = [];
  let changed = 0;
  for (const { step } of planned) {
    const standing = await orFail(step, stands, () => step.look(deployment));
    if (standing.is === "to do") {
      tell(toldStep(step, "doing", standing.what));
      await orFail(step, stands, () => actOnce(step, deployment));
      tell(toldStep(step, "done", ""));
      changed++;
    }
    if (standing.is !== "left" && step.name !== "project") stands.push(step.name);
  }
  return { changed, stands };
}

async function actOnce(step: Step, deployment: Deployment): Promise<void> {
  try {
    await step.act(deployment);
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    const standing = await step.look(deployment).catch(() => null);
    if (standing?.is !== "done") throw error;
  }
}

async function orFail<T>(step: Step, stands: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DeployError ? new StepFailure(step.name, error, [...stands]) : error;
  }
}

/** The plan as it is printed. */
export function toldPlan(planned: readonly Planned[]): string {
  return planned.map(({ step, standing: { is, what } }) => toldStep(step, is, what)).join("\n");
}

function toldStep({ name }: Step, word: string, what: string): string {
  return `  ${word.padEnd(6)} ${name.padEnd(10)} ${what}`.trimEnd();
}
