/** What is always in sight: which project, how the page stands with it, the one switch of updates, and who one is. */
import { useUpdates } from "../data/updates.ts";
import { useLanguage, useTheme } from "@esteira/preferences";
import { useOperator } from "../session/operator.ts";
import { useTexts } from "../texts/use_texts.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Link } from "../ui/link.tsx";
import { Menu } from "../ui/menu.tsx";
import { LiveBadge } from "./live_badge.tsx";
import { shellTexts } from "./texts.ts";

interface TopBarProps {
  isMenuOpen: boolean;
  onMenu(): void;
  onFind(): void;
}

export function TopBar({ isMenuOpen, onMenu, onFind }: TopBarProps) {
  const texts = useTexts(shellTexts);
  const { project } = useOperator();
  return (
    <header className="top-bar">
      <Button
        kind="quiet"
        className="menu-button"
        aria-label={texts.menu}
        aria-expanded={isMenuOpen}
        aria-controls="ways"
        onClick={onMenu}
      >
        <Icon name="menu" />
      </Button>
      <Link className="brand" href="/" aria-label="Esteira">
        <img src="./icon.svg" alt="" width="24" height="24" />
        <span>Esteira</span>
      </Link>
      <span className="project quiet" title={project.url}>{new URL(project.url).host}</span>
      <div className="top-bar-end">
        <Button kind="plain" className="find" aria-label={`${texts.find} Ctrl K`} onClick={onFind}>
          <Icon name="search" size={16} />
          <span>{texts.find}</span>
          <kbd>Ctrl K</kbd>
        </Button>
        <LiveBadge />
        <PauseSwitch />
        <AccountMenu />
      </div>
    </header>
  );
}

function PauseSwitch() {
  const texts = useTexts(shellTexts);
  const { isPaused, pause } = useUpdates();
  return (
    <Button
      kind={isPaused ? "plain" : "quiet"}
      className={isPaused ? "is-paused" : ""}
      aria-pressed={isPaused}
      aria-label={texts.pause}
      title={isPaused ? texts.resume : texts.pause}
      onClick={() => pause(!isPaused)}
    >
      <Icon name={isPaused ? "play" : "pause"} size={16} />
      {isPaused && <span aria-hidden="true">{texts.paused}</span>}
    </Button>
  );
}

function AccountMenu() {
  const texts = useTexts(shellTexts);
  const [language, setLanguage] = useLanguage();
  const [theme, setTheme] = useTheme();
  const { email, me, signOut } = useOperator();
  const isDark = theme === "dark" ||
    (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  const other = isDark ? "light" : "dark";
  return (
    <Menu
      label={`${email} ${texts.roles[me.role]}`}
      items={[
        { label: `${texts.theme}: ${texts.themes[other]}`, onSelect: () => setTheme(other) },
        { label: texts.language, onSelect: () => setLanguage(language === "en" ? "pt-BR" : "en") },
        { label: texts.signOut, onSelect: () => void signOut() },
      ]}
    >
      <span className="who">
        <span>{email}</span> <span className="quiet">{texts.roles[me.role]}</span>
      </span>
      <Icon name="down" size={14} />
    </Menu>
  );
}
