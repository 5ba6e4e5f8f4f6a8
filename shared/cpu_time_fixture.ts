/** What a piece of work takes of the processor: a clock on the wall would count what else the machine does. */
import process from "node:process";

/** Milliseconds of CPU that `work` takes. */
export function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
