/**
 * Listens, over the client's one connection, to the topics of the lanes and of the operators. What is told is a hint that
 * answers are old; the answers themselves are asked for.
 */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useOperator } from "../session/operator.ts";
import { areUpdatesPaused } from "./updates.ts";
import type { HintKind } from "./use_ops.ts";

/** However much happens, screens are read anew no more often than this. */
const NO_SOONER_MS = 1_000;
/** The topic for operators alone. */
const OPS_TOPIC = "ops";

export function Hints() {
  const { esteira, me: { lanes } } = useOperator();
  const queries = useQueryClient();
  const names = lanes.join(" ");
  useEffect(() => {
    const jobs = throttled(() => markOld(queries, "jobs"));
    const ops = throttled(() => markOld(queries, "ops"));
    const ends = [
      ...names.split(" ").filter(Boolean).map((lane) => esteira.listen(`lane:${lane}`, "*", jobs.tell)),
      esteira.listen(OPS_TOPIC, "*", ops.tell),
    ];
    return () => {
      for (const end of [...ends, jobs.end, ops.end]) end();
    };
  }, [esteira, names, queries]);
  return null;
}

function markOld(queries: QueryClient, kind: HintKind): void {
  if (areUpdatesPaused()) return;
  void queries.invalidateQueries({ predicate: ({ meta }) => meta?.["hints"] === kind });
}

function throttled(act: () => void): { tell(): void; end(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    tell() {
      timer ??= setTimeout(() => {
        timer = undefined;
        act();
      }, NO_SOONER_MS);
    },
    end: () => clearTimeout(timer),
  };
}
