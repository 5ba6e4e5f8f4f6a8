/** Class and theme of a component's outermost element: there the stylesheet finds its colours. */
import { type Surroundings, useSurroundings } from "../../hooks/surroundings_context.ts";

export interface Themed extends Surroundings {
  /** Attributes of the outermost element. */
  root: (
    name: string,
    className?: string,
  ) => { className: string; lang: string; "data-theme"?: "light" | "dark" };
}

export function useThemed(): Themed {
  const surroundings = useSurroundings();
  const { theme, language } = surroundings;
  return {
    ...surroundings,
    root: (name, className) => ({
      className: ["esteira", `esteira-${name}`, className].filter(Boolean).join(" "),
      lang: language,
      ...theme === "system" ? {} : { "data-theme": theme },
    }),
  };
}
