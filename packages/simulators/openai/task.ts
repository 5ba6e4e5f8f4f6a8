/** What a task is here: one speech, from its request to its end. */
import type { Simulation } from "../kit/simulation.ts";
import type { Task, TypesOf } from "../kit/task.ts";
import type { Failure } from "./failures.ts";
import type { Fault, TaskFault } from "./faults.ts";
import type { Submission } from "./submission.ts";

/** The kit's types for OpenAI. */
export type OpenAi = TypesOf<Submission, Failure, Fault, TaskFault>;
export type OpenAiTask = Task<OpenAi>;
export type OpenAiSimulation = Simulation<OpenAi>;
