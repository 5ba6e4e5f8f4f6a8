/** The one dialog of all actions. */
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { ActContext, type Wish } from "./use_act.ts";

const ActDialog = lazy(async () => ({ default: (await import("./act_dialog.tsx")).ActDialog }));

export function ActProvider({ children }: { children: ReactNode }) {
  const [wish, setWish] = useState<Wish | null>(null);
  // Whoever goes to another address, leaves what was asked there.
  useEffect(() => {
    const close = () => setWish(null);
    addEventListener("popstate", close);
    return () => removeEventListener("popstate", close);
  }, []);
  return (
    <ActContext value={setWish}>
      {children}
      {wish && (
        <Suspense>
          <ActDialog wish={wish} onClose={() => setWish(null)} />
        </Suspense>
      )}
    </ActContext>
  );
}
