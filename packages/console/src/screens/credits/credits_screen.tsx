/** Credits: find a user, read their statement, grant and pause; and whether the books add up. */
import { useFilters } from "../../data/use_filters.ts";
import { useOperator } from "../../session/operator.ts";
import { screenTexts } from "../../shell/screens.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Page } from "../../ui/page.tsx";
import { TypedFilter } from "../../ui/typed_filter.tsx";
import { DriftPanel } from "./drift_panel.tsx";
import { FoundUsersPanel } from "./found_users.tsx";
import { StatementPanel } from "./statement_panel.tsx";
import { creditsTexts } from "./texts.ts";
import "./credits.css";

export function CreditsScreen() {
  const names = useTexts(screenTexts);
  const { lead, find } = useTexts(creditsTexts);
  const { me } = useOperator();
  const [search, change] = useFilters();
  const { q = "", user } = search;
  return (
    <Page title={names.credits} lead={lead}>
      <div className="credits-search">
        <TypedFilter
          type="search"
          label={find.label}
          note={find.note}
          value={q}
          autoComplete="off"
          spellCheck={false}
          onTyped={(text) => change({ q: text, user: undefined }, { isReplacing: true })}
        />
      </div>
      {user
        ? <StatementPanel key={user} userId={user} onClose={() => change({ user: undefined })} />
        : q && <FoundUsersPanel query={q} />}
      {me.role === "admin" && !user && <DriftPanel />}
    </Page>
  );
}
