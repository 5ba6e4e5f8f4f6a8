/** Doing something at the operators' door: one call at a time, and everything shown is read anew after it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useOperator } from "../session/operator.ts";
import { type Args, callOps } from "./call_ops.ts";
import type { OpsError } from "./ops_error.ts";

export interface OpsCall<T> {
  /** @throws OpsError */
  run(args: Args): Promise<T>;
  readonly isRunning: boolean;
  readonly error: OpsError | null;
  /** Forgets what the last call came to. */
  reset(): void;
}

export function useOpsCall<T = unknown>(name: string): OpsCall<T> {
  const { supabase } = useOperator();
  const queries = useQueryClient();
  const { mutateAsync, isPending, error, reset } = useMutation<T, OpsError, Args>({
    mutationFn: (args) => callOps<T>(supabase, name, args),
    onSettled: () => queries.invalidateQueries({ queryKey: ["ops"] }),
  });
  return { run: mutateAsync, isRunning: isPending, error, reset };
}
