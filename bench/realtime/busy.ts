/** How busy the machine is, all its processes together. */

/** Processor time since it was started, of all cores, in the kernel's ticks. */
async function ticks(): Promise<{ busy: number; all: number }> {
  const [, ...counts] = (await Deno.readTextFile("/proc/stat")).split("\n")[0]?.split(/ +/) ?? [];
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, ...rest] = counts.map(Number);
  const busy = user + nice + system + rest.reduce((sum, count) => sum + count, 0);
  return { busy, all: busy + idle + waiting };
}

/** Percent of all cores that were busy while `work` ran; NaN where the kernel does not tell. */
export async function busyDuring(work: () => Promise<unknown>): Promise<number> {
  const before = await ticks().catch(() => undefined);
  await work();
  if (!before) return NaN;
  const after = await ticks();
  return 100 * (after.busy - before.busy) / (after.all - before.all);
}
