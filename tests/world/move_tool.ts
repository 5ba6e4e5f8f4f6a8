/** What an operator does to change a tool's provider. */
import type { Environment } from "./environment.ts";

/** Moves `tool` to another lane: one row, and its next jobs run there. */
export async function moveTool({ sql }: Environment, tool: string, lane: string): Promise<void> {
  await sql`update public.tools set lane = ${lane} where tool = ${tool}`;
}
