/** `projects` behind the Data API, as far as the client asks for them. */
import type { SupabaseClient } from "@supabase/supabase-js";
import type { ProjectContent } from "../../../shared/rows/node_results.ts";

export interface Row {
  id: string;
  name: string | null;
  version: number;
  content: ProjectContent;
  updated_at: string;
}

type Result = { data: Row | null; error: unknown; status: number };

export interface FakeProjects {
  readonly rows: Map<string, Row>;
  readonly saves: Record<string, unknown>[];
  /** Of whole rows. */
  reads: number;
  /** Called before each save is done. */
  beforeSave: () => void;
  /** Whether the connection is cut: before a save is done, or after it. */
  cut: () => false | "before" | "after";
  /** What reads wait for. */
  gate: Promise<void>;
}

/** Lets `supabase` answer for projects. */
export function fakeProjects(supabase: SupabaseClient): FakeProjects {
  const self: FakeProjects = {
    rows: new Map(),
    saves: [],
    reads: 0,
    beforeSave() {},
    cut: () => false,
    gate: Promise.resolve(),
  };
  const result = (data: Row | null): Result => ({ data: structuredClone(data), error: null, status: 200 });
  function save(id: string, change: Partial<Row>): Result {
    self.saves.push(change);
    const cut = self.cut();
    const lost = { data: null, error: { code: "", message: "Failed to fetch", details: "" }, status: 0 };
    if (cut === "before") return lost;
    self.beforeSave();
    const row = self.rows.get(id);
    if (!row) return result(null);
    if (row.version !== change.version) {
      const error = {
        code: "PT409",
        message: "This save is based on another version",
        details: "stale_version",
      };
      return { data: null, error, status: 409 };
    }
    self.rows.set(id, { ...row, ...structuredClone(change), version: row.version + 1 });
    return cut ? lost : result(self.rows.get(id) ?? null);
  }
  const read = (id: string, columns: string) => ({
    abortSignal: () => read(id, columns),
    async maybeSingle() {
      if (columns !== "version") self.reads++;
      await self.gate;
      return result(self.rows.get(id) ?? null);
    },
  });
  Object.assign(supabase, {
    from: () => ({
      select: (columns: string) => ({ eq: (_: string, id: string) => read(id, columns) }),
      update: (change: Partial<Row>) => ({
        eq: (_: string, id: string) => ({
          select: () => ({ maybeSingle: () => Promise.resolve(save(id, change)) }),
        }),
      }),
    }),
  });
  return self;
}
