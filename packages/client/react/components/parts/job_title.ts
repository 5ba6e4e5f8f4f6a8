/** What a tool is called on the screen. */
import type { Language } from "../../../../../shared/words/labels.ts";
import type { Tool } from "../../../../../shared/rows/tool.ts";

/** The tool's title in this language, or in any; else its name as words. */
export function toolTitle(name: string, tool: Tool | null, language: Language): string {
  const titled = tool?.titles[language] ?? tool?.titles.en ?? Object.values(tool?.titles ?? {})[0];
  if (titled) return titled;
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
