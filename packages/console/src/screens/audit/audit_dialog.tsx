/** One act, whole: the filter and the counts as text, and the ways to what it was about. */
import { hrefTo } from "../../data/use_filters.ts";
import { useOps } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Moment } from "../../ui/figures.tsx";
import { Link } from "../../ui/link.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Problem } from "../../ui/problem.tsx";
import { RawText } from "../../ui/raw_text.tsx";
import type { Act, ActPage } from "./act.ts";
import { CreditsWord } from "./credits_word.tsx";
import { RunLink } from "./run_link.tsx";
import { auditTexts } from "./texts.ts";
import { useActionWord } from "./use_action_word.ts";
import { Who } from "./who.tsx";

interface AuditDialogProps {
  /** Of the address. */
  id: string;
  /** The act, where it is among those that are shown. */
  shown: Act | undefined;
  onClose(): void;
}

export function AuditDialog({ id, shown, onClose }: AuditDialogProps) {
  const { one } = useTexts(auditTexts);
  const isNumber = /^\d{1,18}$/.test(id);
  const { data, error } = useOps<ActPage>(
    "find_acts",
    { p_limit: 1, p_before: isNumber ? String(BigInt(id) + 1n) : null },
    { every: false, enabled: isNumber && !shown },
  );
  const act = shown ?? data?.acts.find(({ audit_id }) => String(audit_id) === id);
  if (act) return <WholeAct act={act} onClose={onClose} />;
  return (
    <Dialog title={one.loading} onClose={onClose}>
      {error ? <Problem error={error} /> : isNumber && !data ? <Loading /> : <p>{one.gone}</p>}
    </Dialog>
  );
}

function WholeAct({ act, onClose }: { act: Act; onClose: () => void }) {
  const { head, one, forgotten } = useTexts(auditTexts);
  const word = useActionWord();
  const { job_id, user_id, actor } = act;
  return (
    <Dialog title={one.title(word(act.action))} lead={act.reason ?? one.noReason} onClose={onClose} isWide>
      <dl className="facts">
        <div>
          <dt>{head.at}</dt>
          <dd>
            <Moment at={act.at} />
          </dd>
        </div>
        <div>
          <dt>{head.who}</dt>
          <dd>
            {actor
              ? (
                <Link href={hrefTo("/audit", { actor })} title={one.only}>
                  <Who act={act} />
                </Link>
              )
              : <Who act={act} />}
          </dd>
        </div>
        <div>
          <dt>{head.credits}</dt>
          <dd>
            <CreditsWord credits={act.credits} />
          </dd>
        </div>
        <div>
          <dt>{head.run}</dt>
          <dd>
            <RunLink act={act} />
          </dd>
        </div>
        {job_id && (
          <div>
            <dt>{one.job}</dt>
            <dd>
              <Link href={`/jobs/${job_id}`}>{job_id}</Link>
            </dd>
          </div>
        )}
        {user_id && (
          <div>
            <dt>{one.user}</dt>
            <dd>
              <Link href={hrefTo("/credits", { user: user_id })}>{user_id}</Link>
            </dd>
          </div>
        )}
      </dl>
      {act.is_forgotten
        ? <p className="quiet">{forgotten}</p>
        : <RawText label={one.filter} text={act.filter} />}
      <RawText label={one.counts} text={JSON.stringify(act.counts, null, 4)} />
    </Dialog>
  );
}
