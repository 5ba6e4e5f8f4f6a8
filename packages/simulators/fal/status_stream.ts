/** The status of a request as a stream of server-sent events, until it is COMPLETED (fal.md#queue). */
import { statusOf } from "./task_answers.ts";
import type { FalSimulation, FalTask } from "./task.ts";

/** How often it is looked whether there is something new. */
const LOOK_MS = 5;
/** So often a comment keeps the connection open. */
const COMMENT_MS = 15_000;

/** Tells each status once, as it comes. */
export function statusStream(simulation: FalSimulation, task: FalTask): Response {
  return new Response(ReadableStream.from(events(simulation, task)).pipeThrough(new TextEncoderStream()), {
    headers: { "content-type": "text/event-stream" },
  });
}

async function* events(simulation: FalSimulation, task: FalTask): AsyncGenerator<string> {
  let told = "";
  let toldAt = Date.now();
  while (true) {
    const status = statusOf(simulation.url, task, simulation.peek(task));
    if (status.status !== told) {
      yield `data: ${JSON.stringify(status)}\n\n`;
      [told, toldAt] = [status.status, Date.now()];
    } else if (Date.now() - toldAt >= COMMENT_MS) {
      yield ": still here\n\n";
      toldAt = Date.now();
    }
    if (status.status === "COMPLETED" || simulation.isClosing) return;
    await simulation.ended(task, LOOK_MS);
  }
}
