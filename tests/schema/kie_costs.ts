/** KIE in front of its simulator, telling in a task's record what the task has cost: documented for callbacks alone. */
import { serveLocally } from "@esteira/simulators/kit/http_server";

/** Passes everything on to the simulator at `target`; the records have their `consumeCredits`. */
export function tellCosts(target: string): { url: string; close(): Promise<void> } {
  return serveLocally(
    async (request) => {
      const { pathname, search } = new URL(request.url);
      const headers = new Headers(request.headers);
      headers.delete("host");
      const body = request.body ? await request.arrayBuffer() : null;
      const answer = await fetch(target + pathname + search, { method: request.method, headers, body });
      if (!pathname.endsWith("/recordInfo")) return answer;
      const told = await answer.json();
      return Response.json({ ...told, data: { ...told.data, consumeCredits: 4.5 } }, {
        status: answer.status,
      });
    },
    0,
    {},
  );
}
