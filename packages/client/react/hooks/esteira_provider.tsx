/** Gives a client, a language and a theme to the tree below. */
import type { SupabaseClient } from "@supabase/supabase-js";
import { type ReactNode, useMemo, useState } from "react";
import type { Language } from "../../../../shared/words/labels.ts";
import type { Esteira, EsteiraOptions } from "../../api/esteira.ts";
import { createEsteira } from "../../index.ts";
import { constantStore, useStore } from "./use_store.ts";
import { clientStore } from "./client_store.ts";
import { textsIn } from "../texts/texts_in.ts";
import { SurroundingsContext, type Theme } from "./surroundings_context.ts";

interface Common {
  children?: ReactNode;
  /** What the components speak. Default `pt-BR`. */
  language?: Language;
  /** Default `system`: `data-theme` on an element above decides, else the reader's system. */
  theme?: Theme;
}

export type EsteiraProviderProps =
  & Common
  & (
    /** A client of your own: you close it. */
    | { client: Esteira; supabase?: undefined; options?: undefined }
    /**
     * Makes a client, and closes it when the provider is gone for good. Another `supabase` makes another client; other
     * `options` alone do not.
     */
    | { client?: undefined; supabase: SupabaseClient; options?: EsteiraOptions }
  );

export function EsteiraProvider(props: EsteiraProviderProps) {
  const { children, language = "pt-BR", theme = "system", client: given, supabase, options } = props;
  const make = () => ({
    given,
    supabase,
    store: given
      ? constantStore(given)
      : clientStore(() => createEsteira(props.supabase as SupabaseClient, options)),
  });
  const [held, setHeld] = useState(make);
  let current = held;
  if (held.given !== given || held.supabase !== supabase) setHeld(current = make()); // another client, in this render
  const client = useStore(current.store);
  const value = useMemo(() => ({ client, language, theme, texts: textsIn(language) }), [
    client,
    language,
    theme,
  ]);
  return <SurroundingsContext.Provider value={value}>{children}</SurroundingsContext.Provider>;
}
