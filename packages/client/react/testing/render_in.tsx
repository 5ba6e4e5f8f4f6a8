/** Renders as apps do: below a provider, in StrictMode. */
import { render, renderHook } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import type { Language } from "../../../../shared/words/labels.ts";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { EsteiraProvider } from "../hooks/esteira_provider.tsx";

type Fake = ReturnType<typeof fakeEsteira>;
interface Around {
  fake?: Fake;
  language?: Language;
}

export function around({ fake = fakeEsteira(), language = "pt-BR" }: Around) {
  return ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <EsteiraProvider client={fake.client} language={language}>{children}</EsteiraProvider>
    </StrictMode>
  );
}

export function renderIn(ui: ReactNode, { fake = fakeEsteira(), language = "pt-BR" }: Around = {}) {
  return { fake, ...render(ui, { wrapper: around({ fake, language }) }) };
}

export function hookIn<R, P = undefined>(
  hook: (props: P) => R,
  { fake = fakeEsteira(), ...options }: { fake?: Fake; initialProps?: P } = {},
) {
  return { fake, ...renderHook<R, P>(hook, { wrapper: around({ fake }), ...options }) };
}
