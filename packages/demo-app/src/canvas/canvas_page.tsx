/** The canvas at the address, or the choice of one. */
import { CanvasList } from "./canvas_list.tsx";
import { CanvasView } from "./canvas_view.tsx";

export function CanvasPage({ projectId }: { projectId: string | null }) {
  return projectId ? <CanvasView key={projectId} projectId={projectId} /> : <CanvasList />;
}
