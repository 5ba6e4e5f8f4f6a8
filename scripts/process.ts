/** What the runnable files share: the fixed ports, and a clean end. */

const port = (name: string, fallback: number) => Number(Deno.env.get(name) ?? fallback);

/** The Supabase CLI's own ports, so that its commands and every example find the stack. */
export const API_PORT = port("ESTEIRA_API_PORT", 54321);
export const DATABASE_PORT = port("ESTEIRA_DB_PORT", 54322);
export const SIMULATOR_PORT = port("ESTEIRA_SIMULATOR_PORT", 54330);

/**
 * Runs `main`; ends the process with the number it returns. When it returns none, the process stays until Ctrl-C.
 * What `main` registers with `atExit` is run at the end, whichever way that comes. Known errors (those with a `code`)
 * are shown as their message alone.
 */
export async function exitCleanly(
  main: (atExit: (close: () => Promise<void>) => void) => Promise<number | void>,
): Promise<void> {
  const closers: (() => Promise<void>)[] = [];
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    for (const close of closers.toReversed()) await close().catch((error) => console.error(error));
    Deno.exit(code);
  };
  Deno.addSignalListener("SIGINT", () => stop(130));
  Deno.addSignalListener("SIGTERM", () => stop(143));
  try {
    const code = await main((close) => closers.push(close));
    if (typeof code === "number") await stop(code);
  } catch (error) {
    console.error(error instanceof Error && "code" in error ? error.message : error);
    await stop(1);
  }
}
