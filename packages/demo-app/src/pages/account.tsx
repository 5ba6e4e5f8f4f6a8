/** Credits and where they went, settings, and the way out. */
import { useCredits } from "@esteira/client/react";
import { type Language, type Theme, useLanguage, useTheme } from "@esteira/preferences";
import { useApp } from "../session/app_context.ts";
import { leave } from "../session/sign_in.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Choice } from "../ui/choice.tsx";
import { Ledger } from "./ledger.tsx";

const THEMES: readonly Theme[] = ["system", "light", "dark"];
const LANGUAGES: readonly { value: Language; label: string }[] = [
  { value: "pt-BR", label: "Português" },
  { value: "en", label: "English" },
];

export function AccountPage() {
  const { account } = useTexts();
  const { supabase, session } = useApp();
  const [language, setLanguage] = useLanguage();
  const [theme, setTheme] = useTheme();
  const { balance } = useCredits();
  const email = session?.user.email ?? "";
  return (
    <>
      <h1>{account.title}</h1>
      <div className="account">
        <section className="card" aria-labelledby="credits-title">
          <h2 id="credits-title">{account.credits}</h2>
          <p className="big-number">{balance === null ? "–" : balance.toLocaleString(language)}</p>
          {balance === 0 && (
            <p className="quiet">
              {account.noCredits} <code>npm run grant -- {email} 50</code>
            </p>
          )}
          <Ledger balance={balance} />
        </section>
        <section className="card" aria-labelledby="settings-title">
          <h2 id="settings-title">{account.settings}</h2>
          <Choice legend={account.language} options={LANGUAGES} value={language} onChange={setLanguage} />
          <Choice
            legend={account.theme}
            options={THEMES.map((value) => ({ value, label: account.themes[value] }))}
            value={theme}
            onChange={setTheme}
          />
          <p className="quiet">{account.signedInAs(email)}</p>
          <button type="button" className="button" onClick={() => void leave(supabase)}>
            {account.signOut}
          </button>
        </section>
      </div>
    </>
  );
}
