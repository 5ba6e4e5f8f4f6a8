/** Ways to views: those that everybody has, and those that the reader has named. */
import { type FormEvent, useState } from "react";
import { hrefTo, useFilters } from "../../data/use_filters.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextInput } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Link } from "../../ui/link.tsx";
import { isShown, readViews, type SavedView, withoutView, withView } from "./saved_views.ts";
import { jobsTexts } from "./texts.ts";

const KEY = "esteira.console.views.jobs";

const BUILT_IN = {
  all: {},
  open: { status: "pending,processing" },
  failed: { status: "failed" },
  cancelled: { status: "cancelled" },
  slow: { status: "pending,processing", slower_than_ms: "600000" },
} as const;

export function ViewsBar() {
  const [search] = useFilters();
  const texts = useTexts(jobsTexts);
  const [views, setViews] = useState<SavedView[]>(() => readViews(localStorage.getItem(KEY)));
  const keep = (next: SavedView[]) => {
    setViews(next);
    localStorage.setItem(KEY, JSON.stringify(next));
  };
  const builtIn = Object.entries(BUILT_IN).map(([id, search]) => ({
    name: texts.builtIn[id as keyof typeof BUILT_IN],
    search,
  }));
  const isNew = ![...builtIn, ...views].some((view) => isShown(view.search, search));
  return (
    <nav className="views" aria-label={texts.views}>
      {builtIn.map((view) => <ViewLink key={view.name} view={view} />)}
      {views.map((view) => (
        <span key={view.name} className="view-saved">
          <ViewLink view={view} />
          <Button
            kind="quiet"
            aria-label={texts.remove(view.name)}
            onClick={() => keep(withoutView(views, view.name))}
          >
            <Icon name="close" size={14} />
          </Button>
        </span>
      ))}
      {isNew && <SaveView onSave={(name) => keep(withView(views, { name, search }))} />}
    </nav>
  );
}

function ViewLink({ view }: { view: SavedView }) {
  const [search] = useFilters();
  return (
    <Link
      className="chip"
      href={hrefTo("/jobs", view.search)}
      {...isShown(view.search, search) && { "aria-current": "page" as const }}
    >
      {view.name}
    </Link>
  );
}

function SaveView({ onSave }: { onSave(name: string): void }) {
  const texts = useTexts(jobsTexts);
  const [name, setName] = useState<string | null>(null);
  if (name === null) return <Button kind="quiet" onClick={() => setName("")}>{texts.save}</Button>;
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) onSave(name.trim());
    setName(null);
  };
  return (
    <form className="view-form" onSubmit={save}>
      <TextInput
        isBare
        autoFocus
        label={texts.saveName}
        placeholder={texts.saveName}
        maxLength={40}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        onKeyDown={({ key }) => key === "Escape" && setName(null)}
      />
      <Button type="submit" kind="primary">{texts.saveDo}</Button>
    </form>
  );
}
