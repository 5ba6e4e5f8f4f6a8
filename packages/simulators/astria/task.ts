/** What a task of Astria is: the kit's types, filled in. */
import type { Simulation } from "../kit/simulation.ts";
import type { Task, TypesOf } from "../kit/task.ts";
import type { Fault, TaskFault } from "./faults.ts";
import type { Submission } from "./submission.ts";

/** Why it failed: for whoever checks the simulator. Astria does not say. */
export type Failure = string;

/** The kit's types for Astria. */
export type Astria = TypesOf<Submission, Failure, Fault, TaskFault>;
export type AstriaTask = Task<Astria>;
export type AstriaSimulation = Simulation<Astria>;

/** What is deleted is not there any more; the kit's own view still shows it. */
export type Deleted = WeakSet<AstriaTask>;
