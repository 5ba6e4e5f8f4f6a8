/** Who uses the console: what `ops_api.me` says of the caller. */
import { createContext, useContext } from "react";
import type { ConsoleClient } from "./console_client.ts";
import type { Project } from "./project.ts";

export type OperatorRole = "admin" | "support";

export interface Me {
  readonly user_id: string;
  readonly role: OperatorRole;
  /** What they may do with `ops_api.act`. */
  readonly actions: readonly string[];
  /** What support may do yet today; null for admins. */
  readonly left: Readonly<Record<string, number>> | null;
  /** The project's lanes. */
  readonly lanes: readonly string[];
}

export interface Operator extends ConsoleClient {
  readonly project: Project;
  readonly me: Me;
  readonly email: string;
  signOut(): Promise<void>;
}

export const OperatorContext = createContext<Operator | null>(null);

/** The operator. Every screen has one. */
export function useOperator(): Operator {
  const operator = useContext(OperatorContext);
  if (!operator) throw new Error("There is no <OperatorContext> above this component.");
  return operator;
}
