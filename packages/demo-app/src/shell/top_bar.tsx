/** What is always in sight: how the page stands with its project, the balance, and who one is. */
import { ConnectionBadge, useCredits } from "@esteira/client/react";
import { useLanguage, useTheme } from "@esteira/preferences";
import { useTexts } from "../texts/use_texts.ts";
import { Icon } from "../ui/icon.tsx";

export function TopBar() {
  const texts = useTexts();
  return (
    <header className="top-bar">
      <a className="brand" href="#/">
        <img src="./icon.svg" alt="" width="28" height="28" />
        <span>{texts.name}</span>
      </a>
      <div className="top-bar-end">
        <ConnectionBadge />
        <Balance />
        <LanguageSwitch />
        <ThemeSwitch />
        <a className="icon-button" href="#/account" aria-label={texts.nav.account}>
          <Icon name="account" />
        </a>
      </div>
    </header>
  );
}

function Balance() {
  const { account } = useTexts();
  const [language] = useLanguage();
  const { balance } = useCredits();
  const shown = balance === null ? "–" : balance.toLocaleString(language);
  return (
    <a className="balance" href="#/account" aria-label={account.balance(shown)}>
      <Icon name="coin" size={18} />
      <span>{shown}</span>
    </a>
  );
}

function LanguageSwitch() {
  const [language, setLanguage] = useLanguage();
  const other = language === "en" ? "pt-BR" : "en";
  return (
    <button
      type="button"
      className="text-button top-bar-choice"
      onClick={() => setLanguage(other)}
      aria-label={other === "en" ? "EN, English" : "PT, Português"}
      lang={other}
    >
      {other === "en" ? "EN" : "PT"}
    </button>
  );
}

function ThemeSwitch() {
  const { account } = useTexts();
  const [theme, setTheme] = useTheme();
  const isDark = theme === "dark" ||
    (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  const next = isDark ? "light" : "dark";
  return (
    <button
      type="button"
      className="icon-button top-bar-choice"
      onClick={() => setTheme(next)}
      aria-label={`${account.theme}: ${account.themes[next]}`}
    >
      <Icon name={isDark ? "sun" : "moon"} />
    </button>
  );
}
