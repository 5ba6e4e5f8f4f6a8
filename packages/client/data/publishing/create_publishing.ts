/** Publishing, put together. Loaded when it is first used: most apps never publish. */
import { createConnections, type LiveConnections } from "./connections.ts";
import { createPublications, type LivePublications } from "./publications.ts";
import type { PublishingDeps } from "./publishing_deps.ts";

export interface Publishing {
  readonly publications: LivePublications;
  readonly connections: LiveConnections;
  /** Another user, or nobody. */
  reset(): void;
  close(): void;
}

export function createPublishing(deps: PublishingDeps): Publishing {
  const publications = createPublications(deps);
  const connections = createConnections(deps);
  const parts = [publications, connections];
  return {
    publications,
    connections,
    reset: () => parts.forEach((part) => part.reset()),
    close: () => parts.forEach((part) => part.close()),
  };
}
