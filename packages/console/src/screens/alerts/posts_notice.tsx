/** Says that nobody outside hears of alerts, or that some could not be told; and lets admins have those posted again. */
import { useOpsCall } from "../../data/use_ops_call.ts";
import { useOperator } from "../../session/operator.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Button } from "../../ui/button.tsx";
import { Link } from "../../ui/link.tsx";
import { Problem } from "../../ui/problem.tsx";
import { alertsTexts } from "./texts.ts";

export function PostsNotice({ arePosted, dead }: { arePosted: boolean; dead: number }) {
  const t = useTexts(alertsTexts);
  const isAdmin = useOperator().me.role === "admin";
  const { run, isRunning, error } = useOpsCall<number>("repost_alerts");
  return (
    <>
      {!arePosted && (
        <p className="alerts-notice">
          {t.notPosted} <Link href="/setup">{t.toSetup}</Link>
        </p>
      )}
      {dead > 0 && (
        <p className="alerts-notice">
          {t.dead(dead)}
          {isAdmin && (
            <Button disabled={isRunning} onClick={() => void run({}).catch(() => {})}>{t.repost}</Button>
          )}
        </p>
      )}
      {error && <Problem error={error} />}
    </>
  );
}
