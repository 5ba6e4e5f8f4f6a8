/** The enabled tools: read once. */
import type { Tool } from "../../../shared/rows/tool.ts";
import type { Http } from "../http/http.ts";
import { toError } from "../http/outcome.ts";
import { isDict } from "./arrivals.ts";

export interface Tools {
  tools(options?: { fresh?: boolean }): Promise<readonly Tool[]>;
  /** The lane of a tool; empty while it is not known. */
  laneOf(tool: string): string;
  reset(): void;
  close(): void;
}

export function createTools(http: Http): Tools {
  let read: Promise<readonly Tool[]> | undefined;
  let known: readonly Tool[] = [];
  async function ask(): Promise<readonly Tool[]> {
    const { body } = await http.call({ path: "jobs/tools" });
    const tools = isDict(body) && Array.isArray(body.tools) ? body.tools : null;
    if (
      !tools?.every((tool) => isDict(tool) && typeof tool.tool === "string" && typeof tool.lane === "string")
    ) {
      throw toError("malformed_answer", "The answer holds no tools.");
    }
    return known = tools as Tool[];
  }
  return {
    tools({ fresh = false } = {}) {
      if (fresh) read = undefined;
      const asked = read ??= ask();
      asked.catch(() => {
        if (read === asked) read = undefined; // what failed is not remembered
      });
      return asked;
    },
    laneOf: (tool) => known.find((one) => one.tool === tool)?.lane ?? "",
    close() {},
    reset() {
      read = undefined;
      known = [];
    },
  };
}
