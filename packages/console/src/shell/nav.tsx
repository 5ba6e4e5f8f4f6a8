/** The ways to the screens. */
import { useLocation } from "@tanstack/react-router";
import { useTexts } from "../texts/use_texts.ts";
import { Icon } from "../ui/icon.tsx";
import { Link } from "../ui/link.tsx";
import { GROUPS, SCREENS, screenTexts } from "./screens.ts";
import { shellTexts } from "./texts.ts";

export function Nav({ isOpen }: { isOpen: boolean }) {
  const texts = useTexts(shellTexts);
  const names = useTexts(screenTexts);
  const { pathname } = useLocation();
  const isCurrent = (path: string) => pathname === path || (path !== "/" && pathname.startsWith(`${path}/`));
  return (
    <nav id="ways" className={`nav ${isOpen ? "is-open" : ""}`} aria-label={texts.ways}>
      {GROUPS.map((group) => (
        <div key={group} className="nav-group">
          <h2>{names.groups[group]}</h2>
          <ul>
            {SCREENS.filter((screen) => screen.group === group).map(({ name, path }) => (
              <li key={name}>
                <Link href={path} {...isCurrent(path) && { "aria-current": "page" as const }}>
                  <Icon name={name} />
                  {names[name]}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
