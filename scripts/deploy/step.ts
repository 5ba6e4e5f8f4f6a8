/** A step of a deployment. Each looks at the project itself whether it is done, so that any number of runs come to the same. */
import type { Cli } from "./cli.ts";
import type { DeployCommand } from "./deploy_command.ts";
import type { ManagementApi } from "./management_api.ts";
import type { Release } from "./release.ts";

/** What the steps work with. */
export interface Deployment {
  readonly command: DeployCommand;
  readonly api: ManagementApi;
  readonly cli: Cli;
  readonly release: Release;
  /** Where the project is reached. */
  readonly projectUrl: string;
  /** Waits between two looks. */
  pause(ms: number): Promise<void>;
}

/**
 * How a step stands. `left`: it is not as the documents have it, and that is for somebody else to decide; it is told and
 * nothing is done.
 */
export interface Standing {
  readonly is: "done" | "to do" | "left";
  /** What is there, or what will be done, in a sentence. */
  readonly what: string;
}

export interface Step {
  readonly name: string;
  /**
   * Looks, and changes nothing.
   * @throws DeployError when the project cannot be deployed to as it is.
   */
  look(deployment: Deployment): Promise<Standing>;
  /** Does it. Is called only while `look` says "to do". */
  act(deployment: Deployment): Promise<void>;
}

export const done = (what: string): Standing => ({ is: "done", what });
export const toDo = (what: string): Standing => ({ is: "to do", what });
export const left = (what: string): Standing => ({ is: "left", what });
