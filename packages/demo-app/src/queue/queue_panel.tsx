/** The queue beside the page: what is created anywhere is here at once. */
import { useTexts } from "../texts/use_texts.ts";
import { QueueList } from "./queue_list.tsx";

export function QueuePanel() {
  const { queue } = useTexts();
  return (
    <aside className="queue-panel" aria-labelledby="queue-title">
      <h2 id="queue-title">{queue.title}</h2>
      <QueueList />
    </aside>
  );
}
