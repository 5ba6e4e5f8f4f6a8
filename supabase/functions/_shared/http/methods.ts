/** Which methods an address has: so that a wrong one can be told from a wrong address. */
import type { Env, Hono } from "hono";

/** The methods that functions answer to, and that browsers may ask for. */
export const METHODS = ["GET", "POST", "DELETE", "OPTIONS"] as const;

/** Those of METHODS that a route of `app` has at `path`; none where there is no such address. */
export function methodsAt<E extends Env>(app: Hono<E>, path: string): string[] {
  // What is there for all methods (CORS, who may ask) answers to none by itself.
  return METHODS.filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method)
  );
}
