/** How a browser comes back from signing in at a platform: its address says what came of it. */
import { useEffect, useState } from "react";

export interface SignInReturn {
  /** The connection that was made. */
  readonly connection?: string;
  /** Which of several accounts is meant has to be chosen. */
  readonly choice?: string;
  /** Why none was made: a code, and words where there are any. */
  readonly error?: string;
  readonly message?: string;
}

const NAMES = ["connection", "choice", "error", "error_description"] as const;

/**
 * Reads it off the address of the page once the browser has taken over, and takes it away from there: a reload is not
 * another return. `given`: in its place, where an app's router has read it.
 */
export function useSignInReturn(
  given?: SignInReturn,
): { returned: SignInReturn | null; dismiss: () => void } {
  const [found, setFound] = useState<SignInReturn | null>(null);
  useEffect(() => {
    if (given) return setFound(given);
    const address = new URL(location.href);
    const [connection, choice, error, message] = NAMES.map((name) =>
      address.searchParams.get(name) ?? undefined
    );
    if (!connection && !choice && !error) return;
    for (const name of NAMES) address.searchParams.delete(name);
    history.replaceState(history.state, "", address);
    setFound({
      ...connection && { connection },
      ...choice && { choice },
      ...error && { error },
      ...message && { message },
    });
  }, [given]);
  return { returned: found, dismiss: () => setFound(null) };
}
