/** How long the simulators take while a person looks: long enough for each step to be seen. */
import { type Simulators, SOCIAL } from "../tests/world/simulators.ts";

/** From the submit to the end, in milliseconds; of files for posts, from their upload. */
const IMAGE_MS = 5_000;
const MODEL_MS = 9_000;
const MEDIA_MS = 4_000;

export function takeTime(simulators: Simulators): void {
  const { runninghub, kie, fal, replicate, astria } = simulators;
  const slow = (ms: number) => ({ fault: { kind: "slow", ms } } as const);
  runninghub.misbehave(slow(IMAGE_MS));
  kie.misbehave(slow(IMAGE_MS));
  fal.misbehave(slow(IMAGE_MS));
  replicate.misbehave(slow(IMAGE_MS));
  astria.misbehave(slow(MODEL_MS));
  for (const platform of SOCIAL) {
    const simulator: Slowed = simulators[platform];
    simulator.misbehave({ fault: { kind: "slow_processing", ms: MEDIA_MS } });
  }
}

/** What every platform's simulator can be told. */
interface Slowed {
  misbehave(rule: { fault: { kind: "slow_processing"; ms: number } }): void;
}
