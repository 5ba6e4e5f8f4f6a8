/** KIE's callback signature (kie.md#signature): it covers the task and the time, not the body. */
import { createHmac } from "node:crypto";

/** The two headers of a callback; `at` is cut to whole seconds. */
export function signatureHeaders(key: string, taskId: string, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac("sha256", key).update(`${taskId}.${timestamp}`).digest("base64");
  return { "x-webhook-timestamp": timestamp, "x-webhook-signature": signature };
}
