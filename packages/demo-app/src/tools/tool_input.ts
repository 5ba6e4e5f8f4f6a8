/** What a form says, as the input of a job. */
import type { InputOf } from "@esteira/client";
import type { ChosenFile } from "./file_field.tsx";
import type { FileField, ToolPage } from "./tool_pages.ts";

export const VARIANTS = ["near", "far", "old_photo", "food", "logo", "render_3d"] as const;

export interface Options {
  readonly variant: typeof VARIANTS[number];
  readonly scale: 2 | 4;
}

/** Null while a file is missing. */
export function inputOf<P extends ToolPage>(
  { tool, files: wanted, hasScale }: P,
  files: Partial<Record<FileField, ChosenFile>>,
  options: Options,
): InputOf<P["tool"]> | null {
  const paths = wanted.map(({ field }) => [field, files[field]?.path] as const);
  if (paths.some(([, path]) => path === undefined)) return null;
  // The fields of a page are those of its tool.
  return { ...Object.fromEntries(paths), ...hasScale && tool === "upscaler" ? options : {} } as InputOf<
    P["tool"]
  >;
}
