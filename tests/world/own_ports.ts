/** Ports that nobody has and that do not meet, for a program with a stack of its own. */
import { freePorts } from "@esteira/local-supabase/ports";
import { PORT_RANGES, type PortName, type Ports } from "../../scripts/program/ports.ts";

/** The first port of each range. Drawn together: ranges that are drawn one by one may lie in one another. */
export function ownPorts(): Ports {
  const ranges = Object.entries(PORT_RANGES) as [PortName, { what: readonly string[] }][];
  let next = freePorts(ranges.reduce((sum, [, { what }]) => sum + what.length, 0));
  const ports = ranges.map(([name, { what }]) => {
    const first = next;
    next += what.length;
    return [name, first] as const;
  });
  return Object.fromEntries(ports) as unknown as Ports;
}
