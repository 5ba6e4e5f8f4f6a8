/** How screens act: they say what on what, and the dialog of `ActProvider` does the rest. */
import { createContext, useContext } from "react";
import { useOperator } from "../session/operator.ts";
import type { Filter } from "./plan.ts";

/** An action of `ops_api.act`, and what it is on (docs/acting.md). */
export interface Wish {
  readonly action: string;
  /** Values that the action needs besides, such as `priority`, are where its fields begin; the operator may change them. */
  readonly filter: Filter;
  /** What the dialog is headed with. Left out: the action's own name. */
  readonly title?: string;
}

export const ActContext = createContext<(wish: Wish) => void>(() => {});

/** Opens the dialog that says what would be done, asks, and does it. */
export function useAct(): (wish: Wish) => void {
  return useContext(ActContext);
}

/** Whether the operator may do that. The database asks again. */
export function useMay(): (action: string) => boolean {
  const { me } = useOperator();
  return (action) => me.actions.includes(action);
}
