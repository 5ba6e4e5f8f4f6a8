/** What a task of Replicate is: the kit's types, filled in. */
import type { Simulation } from "../kit/simulation.ts";
import type { Task, TypesOf } from "../kit/task.ts";
import type { Failure } from "./failures.ts";
import type { Fault, TaskFault } from "./faults.ts";
import type { Submission } from "./submission.ts";

/** The kit's types for Replicate. */
export type Replicate = TypesOf<Submission, Failure, Fault, TaskFault>;
export type ReplicateTask = Task<Replicate>;
export type ReplicateSimulation = Simulation<Replicate>;
