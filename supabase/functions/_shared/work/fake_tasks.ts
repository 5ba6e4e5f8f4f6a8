/** For tests of crashes: a provider that keeps the tasks that it has made. */
import { type FoundTask, type Provider, ProviderError } from "../providers/provider.ts";

/** A provider that keeps its tasks. `dies`: asked before and after each of its calls. */
export function fakeTasks(
  resubmit: Provider["resubmit"],
  canFind: boolean,
  answers: ("takes" | "refuses" | "breaks")[],
  dies: (where: string) => void,
): { provider: Provider; tasks: FoundTask[]; submits: () => number } {
  const tasks: FoundTask[] = [];
  let submits = 0;
  const provider: Provider = {
    name: "runninghub",
    resubmit,
    prepare: () => ({
      // deno-lint-ignore require-await
      send: async () => {
        dies("before the provider hears of it");
        submits++;
        const answer = answers.shift() ?? "takes";
        if (answer === "refuses") {
          dies("before the refusal is heard");
          throw new ProviderError({ retryClass: "wait", code: "421", message: "busy", raw: {} });
        }
        const known = resubmit === "idempotent" ? tasks[0] : undefined;
        const task = known ??
          { externalId: `task ${tasks.length}`, raw: {}, details: {}, state: "alive" as const };
        if (!known) tasks.push(task);
        dies("before the answer is heard");
        if (answer === "breaks") {
          throw new ProviderError({ retryClass: "wait", code: "unreachable", message: "broke off" }, {
            isAmbiguous: true,
          });
        }
        return task;
      },
    }),
    ...canFind ? { findTasks: () => Promise.resolve([...tasks]) } : {},
    parse: () => {
      throw new Error("nobody parses");
    },
    fetchOutcome: () => Promise.resolve({ state: "running", raw: {} }),
  };
  return { provider, tasks, submits: () => submits };
}
