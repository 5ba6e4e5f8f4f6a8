/** Makes the view of a task. */
import { ONE_EACH } from "./accounts.ts";
import type { OutputShelf } from "./output_shelf.ts";
import type { Provider } from "./provider.ts";
import type { ProviderTypes, Task } from "./task.ts";
import type { TaskView } from "./task_view.ts";

/** Shows a task. Later changes of the task do not show in the copy. */
export function viewOf<P extends ProviderTypes>(
  task: Task<P>,
  shelf: OutputShelf<P>,
  provider: Provider<P>,
): TaskView {
  const common: TaskView = {
    id: task.id,
    status: task.status,
    outcome: task.end?.status ?? null,
    texts: task.texts,
    webhookUrl: provider.webhooks.url(task) ?? null,
    account: task.account,
    submits: task.submits,
    cancels: [...task.cancels],
    billed: task.end ? (provider.tariff ?? ONE_EACH).bill(task) : 0,
    faults: Object.keys(task.faults),
    outputs: shelf.links(task, false).map(({ url, output }, n) => ({
      url,
      type: output.type,
      bytes: output.bytes,
      get sha256() {
        return output.sha256;
      },
      fetches: shelf.fetchesOf(output),
      sentBytes: shelf.sentOf(output),
      ...provider.viewOutput?.(task, { url, output }, n),
    })),
    failure: task.end?.status === "failed" ? task.end.failure : null,
    webhooks: task.deliveries.map((delivery) => ({ ...delivery, attempts: [...delivery.attempts] })),
    createdAt: task.createdAt,
    endedAt: task.endedAt ?? null,
  };
  return { ...common, ...provider.view?.(task, common) };
}
