/** One state of a component, below a provider of its own. */
import { useEffect, useRef, useState } from "react";
import type { Language } from "../../../../shared/words/labels.ts";
import { EsteiraProvider } from "../hooks/esteira_provider.tsx";
import type { Theme } from "../hooks/surroundings_context.ts";
import type { GalleryState } from "./gallery_state.ts";
import { galleryFake } from "./states.tsx";

export interface FrameProps {
  state: GalleryState;
  language: Language;
  theme?: Theme;
}

export function Frame({ state, language, theme = "system" }: FrameProps) {
  const [fake] = useState(() => {
    const made = (state.fake ?? galleryFake)();
    state.client?.(made);
    return made;
  });
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The tools are read by then: they come with the next tick.
    const timer = setTimeout(() => shown.current && state.after?.(fake, shown.current), 0);
    return () => clearTimeout(timer);
  }, [fake, state]);
  return (
    <EsteiraProvider client={fake.client} language={language} theme={theme}>
      <div ref={shown} data-gallery={state.name}>{state.render()}</div>
    </EsteiraProvider>
  );
}
