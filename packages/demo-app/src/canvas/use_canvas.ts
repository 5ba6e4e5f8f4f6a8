/**
 * A canvas under work: what is written here and not saved yet, on top of what is saved. Results that jobs write and
 * saves of other tabs are taken over as they come; what is being written stays.
 */
import { useProject } from "@esteira/client/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { withResults } from "@esteira/client";
import type { CanvasContent } from "./content.ts";

export interface Canvas {
  /** Null until it is read, or where there is none. */
  readonly content: CanvasContent | null;
  readonly name: string | null;
  readonly version: number | null;
  readonly isChanged: boolean;
  readonly isSaving: boolean;
  readonly isLoading: boolean;
  readonly error: Error | null;
  change(make: (content: CanvasContent) => CanvasContent): void;
  /** Saves what is there, or what `make` makes of it; resolves when it is saved. */
  save(make?: (content: CanvasContent) => CanvasContent): Promise<void>;
}

export function useCanvas(projectId: string): Canvas {
  const { project, save: saveProject, isLoading, error } = useProject<CanvasContent>(projectId);
  const [draft, setDraft] = useState<CanvasContent | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const [problem, setProblem] = useState<Error | null>(null);
  const saved = project?.content ?? null;
  const content = draft && saved ? withResults(draft, saved) : draft ?? saved;
  const latest = useRef(content);
  /** How often something was written: what is written during a save is still to be saved after it. */
  const edits = useRef(0);
  useEffect(() => {
    latest.current = content;
  });

  const change = useCallback((make: (content: CanvasContent) => CanvasContent) => {
    if (!latest.current) return;
    edits.current++;
    latest.current = make(latest.current);
    setDraft(latest.current);
  }, []);
  const save = useCallback(async (make?: (content: CanvasContent) => CanvasContent) => {
    if (make) change(make);
    const wanted = latest.current;
    if (!wanted) return;
    const saving = edits.current;
    setIsSaving(true);
    setProblem(null);
    try {
      await saveProject(wanted);
      if (edits.current === saving) setDraft(null);
    } catch (reason) {
      setProblem(reason as Error);
      throw reason;
    } finally {
      setIsSaving(false);
    }
  }, [change, saveProject]);

  return {
    content,
    name: project?.name ?? null,
    version: project?.version ?? null,
    isChanged: draft !== null,
    isSaving,
    isLoading,
    error: problem ?? error,
    change,
    save,
  };
}
