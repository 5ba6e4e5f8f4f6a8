/** The page at the address. */
import { CanvasPage } from "../canvas/canvas_page.tsx";
import { PublishPage } from "../publish/publish_page.tsx";
import { TrainPage } from "../training/train_page.tsx";
import { toolPageAt } from "../tools/tool_pages.ts";
import { ToolPageView } from "../tools/tool_page_view.tsx";
import { useRoute } from "../routing.ts";
import { AccountPage } from "./account.tsx";
import { HomePage } from "./home.tsx";
import { ModelsPage } from "../training/models_page.tsx";
import { QueuePage } from "./queue.tsx";

export function Page() {
  const { path, query } = useRoute();
  switch (path) {
    case "canvas":
      return <CanvasPage projectId={query.id ?? null} />;
    case "publish":
      return <PublishPage group={query.group ?? null} />;
    case "train":
      return <TrainPage jobId={query.job ?? null} />;
    case "models":
      return <ModelsPage />;
    case "queue":
      return <QueuePage />;
    case "account":
      return <AccountPage />;
  }
  const page = toolPageAt(path);
  return page ? <ToolPageView page={page} jobId={query.job ?? null} key={path} /> : <HomePage />;
}
