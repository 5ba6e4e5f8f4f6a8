// The part of the Edge Runtime's globals that Esteira uses. Same as `@supabase/functions-js/edge-runtime.d.ts`,
// without its `jsr:` imports, so that `deno check` works from npm alone.
declare global {
  const EdgeRuntime: {
    /** Keeps the worker alive until `promise` settles; the response need not wait for it. */
    waitUntil<T>(promise: Promise<T>): Promise<T>;
  };
}
export {};
