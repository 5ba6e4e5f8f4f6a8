/** The queue as a page of its own, where there is no room for it beside another. */
import { QueueList } from "../queue/queue_list.tsx";
import { useTexts } from "../texts/use_texts.ts";

export function QueuePage() {
  const { queue } = useTexts();
  return (
    <>
      <h1>{queue.title}</h1>
      <h2 className="visually-hidden">{queue.latest}</h2>
      <QueueList limit={100} />
    </>
  );
}
