/** The providers there are. Adding one is a folder beside this and a line here. */
import { astria } from "./astria/astria.ts";
import { fal } from "./fal/fal.ts";
import { kie } from "./kie/kie.ts";
import { openai } from "./openai/openai.ts";
import type { Provider } from "./provider.ts";
import { replicate } from "./replicate/replicate.ts";
import { runninghub } from "./runninghub/runninghub.ts";

const PROVIDERS: ReadonlyMap<string, Provider> = new Map(
  [astria, fal, kie, openai, replicate, runninghub].map((provider) => [provider.name, provider]),
);

/** The names of the providers there are. */
export function providerNames(): string[] {
  return [...PROVIDERS.keys()];
}

/** The provider of this name. Throws when a lane names one that does not exist: a mistake of the operator's. */
export function providerNamed(name: string): Provider {
  const provider = PROVIDERS.get(name);
  if (!provider) {
    throw new Error(
      `No provider is named ${name}; there are ${providerNames().join(", ")}`,
    );
  }
  return provider;
}
