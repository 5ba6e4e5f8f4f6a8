/** What access to accounts stands on; tests put their own in its place. */
import type { Platform } from "../platforms/platform.ts";
import { platformNamed } from "../platforms/registry.ts";

export interface AccessMeans {
  platformNamed: (name: string) => Platform | null;
  /** Waits, and resolves. */
  sleep: (ms: number) => Promise<void>;
}

export const ACCESS_MEANS: AccessMeans = {
  platformNamed,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
