/** The ways through the app: a column beside the page, or a row below it on a phone. */
import { useRoute } from "../routing.ts";
import { useTexts } from "../texts/use_texts.ts";
import { TOOL_PAGES } from "../tools/tool_pages.ts";
import { Icon, type IconName } from "../ui/icon.tsx";

interface Place {
  readonly path: string;
  readonly icon: IconName;
  readonly label: string;
}

export function SideNav() {
  const texts = useTexts();
  const { nav, tools } = texts;
  return (
    <nav className="side-nav" aria-label={nav.label}>
      <Links places={[{ path: "", icon: "home", label: nav.home }]} />
      <p className="side-nav-title" id="nav-tools">{nav.tools}</p>
      <Links
        places={TOOL_PAGES.map(({ path, tool }) => ({ path, icon: tool, label: tools[tool].title }))}
        labelledBy="nav-tools"
      />
      <hr />
      <Links
        places={[
          { path: "canvas", icon: "canvas", label: nav.canvas },
          { path: "publish", icon: "publish", label: nav.publish },
          { path: "train", icon: "train", label: nav.train },
          { path: "models", icon: "models", label: nav.models },
        ]}
      />
    </nav>
  );
}

export function BottomNav() {
  const { nav } = useTexts();
  return (
    <nav className="bottom-nav" aria-label={nav.label}>
      <Links
        places={[
          { path: "", icon: "home", label: nav.home },
          { path: "canvas", icon: "canvas", label: nav.canvas },
          { path: "models", icon: "models", label: nav.models },
          { path: "publish", icon: "publish", label: nav.publish },
          { path: "queue", icon: "queue", label: nav.queue },
          { path: "account", icon: "account", label: nav.account },
        ]}
      />
    </nav>
  );
}

function Links({ places, labelledBy }: { places: readonly Place[]; labelledBy?: string }) {
  const { path: here } = useRoute();
  return (
    <ul aria-labelledby={labelledBy}>
      {places.map(({ path, icon, label }) => (
        <li key={path}>
          <a href={`#/${path}`} aria-current={here === path ? "page" : undefined}>
            <Icon name={icon} />
            <span>{label}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
