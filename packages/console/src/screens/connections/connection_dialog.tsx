/** All that is told of one connection. */
import { useOps } from "../../data/use_ops.ts";
import { useTexts } from "../../texts/use_texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Link } from "../../ui/link.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Problem } from "../../ui/problem.tsx";
import { useNames } from "../publications/names.ts";
import { ConnectionDetails } from "./connection_details.tsx";
import { publicationsOf } from "./filters.ts";
import { PauseButton } from "./pause_button.tsx";
import type { ConnectionPage } from "./rows.ts";
import { connectionsTexts } from "./texts.ts";

export function ConnectionDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const texts = useTexts(connectionsTexts);
  const names = useNames();
  const { data, error } = useOps<ConnectionPage>(
    "connections",
    { p_filter: { connection_id: id }, p_limit: 1 },
    { hints: "ops" },
  );
  const connection = data?.connections[0];
  const name = connection ? connection.display_name ?? connection.external_id : "…";
  return (
    <Dialog isWide title={name} lead={connection && names.platform(connection.platform)} onClose={onClose}>
      {error && <Problem error={error} />}
      {!data && !error && <Loading />}
      {data && !connection && <Empty>{texts.empty}</Empty>}
      {connection && <ConnectionDetails connection={connection} />}
      {connection && (
        <footer className="dialog-foot">
          <Link className="button" href={publicationsOf(id)}>{texts.detail.publications}</Link>
          {connection.state !== "revoked" && connection.state !== "reconnect_needed" && (
            <PauseButton filter={{ connection_id: id }} name={name} isPaused={connection.is_paused} />
          )}
        </footer>
      )}
    </Dialog>
  );
}
