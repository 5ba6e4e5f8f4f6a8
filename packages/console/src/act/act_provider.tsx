/** The one dialog of all actions. */
import { type ReactNode, useState } from "react";
import { ActContext, type Wish } from "./use_act.ts";

export function ActProvider({ children }: { children: ReactNode }) {
  const [, setWish] = useState<Wish | null>(null);
  return <ActContext value={setWish}>{children}</ActContext>;
}
