/** One user: what they have, whether they are paused, what can be done for them. */
import { useState } from "react";
import { hrefTo } from "../../data/use_filters.ts";
import { useOperator } from "../../session/operator.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Moment, Whole } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Stat, Stats } from "../../ui/stat.tsx";
import { PauseButtons, PauseNote } from "../accounts/pause_buttons.tsx";
import { GrantDialog } from "./grant_dialog.tsx";
import type { FoundUser } from "./money.ts";
import { creditsTexts } from "./texts.ts";

export function UserPanel({ user, onClose }: { user: FoundUser; onClose: () => void }) {
  const { user: texts, find } = useTexts(creditsTexts);
  const { me } = useOperator();
  const [isGranting, setIsGranting] = useState(false);
  const { user_id, email, balance, is_paused, is_tombstone } = user;
  const who = email ?? user_id;
  return (
    <Panel
      title={is_tombstone ? find.tombstone : who}
      note={<code>{user_id}</code>}
      actions={<Button kind="quiet" onClick={onClose}>{texts.close}</Button>}
    >
      <div className="user-panel">
        <Stats>
          <Stat label={texts.balance} value={<Whole value={balance} />} />
          {!is_tombstone && (
            <>
              <Stat
                label={find.state}
                value={is_paused ? texts.paused : texts.notPaused}
                tone={is_paused ? "warn" : "plain"}
                note={is_paused && <PauseNote until={user.paused_until} reason={user.pause_reason} />}
              />
              {user.role && <Stat label={find.role} value={find.roles[user.role]} />}
            </>
          )}
        </Stats>
        {!is_tombstone && (
          <p className="quiet">
            {texts.since} <Moment at={user.created_at} /> · {texts.seen} <Moment at={user.last_sign_in_at} />
          </p>
        )}
        {!is_tombstone && (
          <div className="user-acts">
            {me.role === "admin" && (
              <Button kind="primary" onClick={() => setIsGranting(true)}>{texts.grant}</Button>
            )}
            <PauseButtons
              filter={{ user_id }}
              isPaused={is_paused}
              pauseTitle={texts.pauseTitle(who)}
              resumeTitle={texts.resumeTitle(who)}
            />
            <Link className="button" href={hrefTo("/jobs", { user_id })}>{texts.jobs}</Link>
            <Link className="button" href={hrefTo("/audit", { about: user_id })}>{texts.acts}</Link>
          </div>
        )}
      </div>
      {isGranting && <GrantDialog userId={user_id} who={who} onClose={() => setIsGranting(false)} />}
    </Panel>
  );
}
