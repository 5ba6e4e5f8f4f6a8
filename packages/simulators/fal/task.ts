/** What a task of fal is: the kit's types, filled in. */
import type { Simulation } from "../kit/simulation.ts";
import type { Task, TypesOf } from "../kit/task.ts";
import type { Failure } from "./failures.ts";
import type { Fault, TaskFault } from "./faults.ts";
import type { Submission } from "./submission.ts";

/** The kit's types for fal. */
export type Fal = TypesOf<Submission, Failure, Fault, TaskFault>;
export type FalTask = Task<Fal>;
export type FalSimulation = Simulation<Fal>;
