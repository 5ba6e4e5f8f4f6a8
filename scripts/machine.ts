/** What a figure depends on besides the code: the machine, and how busy it was. */

/** The machine and the programs, for the head of a report. */
export interface Machine {
  cpu: string;
  cpus: number;
  memory: string;
  os: string;
  deno: string;
}

/** Describes this machine. On systems without /proc, what is not known is called unknown. */
export async function describeMachine(): Promise<Machine> {
  const cpuinfo = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  return {
    cpu: cpuinfo.match(/^model name\s*:\s*(.+)$/m)?.[1] ?? "unknown",
    cpus: navigator.hardwareConcurrency,
    memory: `${Math.round(Deno.systemMemoryInfo().total / 2 ** 30)} GiB`,
    os: `${Deno.build.os} ${Deno.osRelease()}`,
    deno: Deno.version.deno,
  };
}

/** The load average of the last minute: how many processes ran or wanted to. */
export async function load(): Promise<number> {
  const text = await Deno.readTextFile("/proc/loadavg").catch(() => undefined);
  return text === undefined ? Deno.loadavg()[0] ?? NaN : Number(text.split(" ")[0]);
}
