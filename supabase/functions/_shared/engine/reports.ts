/** What workers report of jobs: calls that go together with those of other jobs. */
import type { Database } from "../../../../shared/database.types.ts";
import { type Answer, unwrap, worker } from "./database.ts";
import { Together } from "./together.ts";

type Functions = Database["worker"]["Functions"];
/** What worker.report_many knows. */
type Name = "checkpoint" | "submitted" | "webhook" | "produced" | "complete" | "attempt_failed" | "defer";

const together = new Together((name, args) => {
  const client = worker() as unknown as {
    rpc(name: string, args: Record<string, unknown>): PromiseLike<Answer>;
  };
  return client.rpc(name, args);
});

/** Calls a function of the engine, in one transaction with others that are called meanwhile. Throws as unwrap. */
export async function report<N extends Name>(
  name: N,
  args: Functions[N]["Args"],
): Promise<Functions[N]["Returns"] | null> {
  return unwrap(await together.call(name, args)) as Functions[N]["Returns"] | null;
}
