/** What surrounds every page. */
import { JobToasts } from "@esteira/client/react";
import type { ReactNode } from "react";
import { useRoute } from "../routing.ts";
import { useTexts } from "../texts/use_texts.ts";
import { QueuePanel } from "../queue/queue_panel.tsx";
import { Details, useDetails } from "./details.tsx";
import { BottomNav, SideNav } from "./nav.tsx";
import { TopBar } from "./top_bar.tsx";

export function Shell({ children }: { children: ReactNode }) {
  const { skip } = useTexts();
  const { path } = useRoute();
  return (
    <Details>
      <a className="skip-link" href="#main" onClick={skipTo}>{skip}</a>
      <div className="shell">
        <TopBar />
        <SideNav />
        <main id="main" tabIndex={-1} className="page" key={path} data-page={path}>{children}</main>
        {path !== "queue" && <QueuePanel />}
        <BottomNav />
      </div>
      <Toasts />
    </Details>
  );
}

function Toasts() {
  const open = useDetails();
  return <JobToasts onDetails={({ id }) => open(id)} />;
}

/** The address says where one is; it must not be written over. */
function skipTo(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
