/** A page of its own, before there is a shell: to choose a project, to sign in, or to read why one cannot. */
import type { ReactNode } from "react";
import { useLanguage } from "@esteira/preferences";
import { Button } from "../ui/button.tsx";

export function LonePage({ title, children }: { title: string; children: ReactNode }) {
  const [language, setLanguage] = useLanguage();
  const other = language === "en" ? "pt-BR" : "en";
  return (
    <main className="lone">
      <div className="lone-card">
        <header>
          <img src="./icon.svg" alt="" width="40" height="40" />
          <Button kind="quiet" lang={other} onClick={() => setLanguage(other)}>
            {other === "en" ? "English" : "Português"}
          </Button>
        </header>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
