/** Work that goes on after the response. */
import { logError } from "./log.ts";

/** Keeps the worker alive until `work` is done; a failure is logged, for there is nobody left to tell. */
export function background(where: string, work: Promise<unknown>): void {
  EdgeRuntime.waitUntil(work.catch((error) => logError(where, error)));
}
