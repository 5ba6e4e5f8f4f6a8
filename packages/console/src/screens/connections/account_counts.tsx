/** How the accounts of a platform stand: how many in each state, each the way to them. */
import { useFilters } from "../../data/use_filters.ts";
import { useLanguage } from "@esteira/preferences";
import { wholeIn } from "../../texts/format.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Link } from "../../ui/link.tsx";
import { connectionsHref } from "./filters.ts";
import { CONNECTION_STATES, type Platform } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";

export function AccountCounts({ platform: { platform, connections } }: { platform: Platform }) {
  const { counts } = useTexts(connectionsTexts);
  const [language] = useLanguage();
  const [search] = useFilters();
  const there = CONNECTION_STATES.filter((state) => connections[state]);
  if (there.length === 0) return "–";
  return (
    <span className="state-words">
      {there.map((state) => (
        <Link key={state} className="account-count" href={connectionsHref(search, { platform, state })}>
          {wholeIn(language, connections[state] ?? 0)} {counts[state]}
        </Link>
      ))}
    </span>
  );
}
