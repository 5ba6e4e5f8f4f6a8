/** Whether Realtime takes channels that are not private: then strangers may speak on channels named as ours. */
import type { OutsideCheck } from "../../../shared/requests/requests_service.ts";
import { projectUrl, publishableKey } from "../_shared/runtime/env.ts";

const PATIENCE_MS = 5_000;
const TOPIC = "realtime:esteira-setup";

type Frame = [
  unknown,
  unknown,
  topic: string,
  event: string,
  payload: { status?: string; response?: { reason?: string } },
];

/** Joins a public channel of no meaning, and leaves. */
export async function lookAtRealtime(): Promise<OutsideCheck> {
  const name = "Realtime";
  const answer = await join();
  if (answer.is === "joined") {
    return {
      name,
      verdict: "warn",
      detail: "It takes public channels, so anybody with the publishable key may speak on one named as ours.",
      repair: 'Dashboard → Realtime → Settings: "Allow public access" off (docs/deploying.md)',
    };
  }
  if (answer.is === "refused" && /private/i.test(answer.reason)) {
    return { name, verdict: "ok", detail: "It takes private channels alone." };
  }
  return {
    name,
    verdict: "unknown",
    detail: `Whether it takes public channels cannot be told: ${answer.reason}`,
  };
}

type Answer = { is: "joined" } | { is: "refused" | "silent"; reason: string };

async function join(): Promise<Answer> {
  const url = new URL(`${projectUrl().replace(/^http/, "ws")}/realtime/v1/websocket`);
  url.search = new URLSearchParams({ apikey: publishableKey(), vsn: "2.0.0" }).toString();
  const socket = new WebSocket(url);
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => resolve({ is: "silent", reason: "it does not answer." }), PATIENCE_MS);
  const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
  socket.addEventListener("error", () => resolve({ is: "silent", reason: "it cannot be reached." }));
  socket.addEventListener("close", () => resolve({ is: "silent", reason: "it hung up." }));
  socket.addEventListener("open", () => {
    const config = { broadcast: { ack: false, self: false }, presence: { key: "" }, private: false };
    socket.send(JSON.stringify(["1", "1", TOPIC, "phx_join", { config }]));
  });
  socket.addEventListener("message", ({ data }) => {
    const [, , topic, event, payload] = JSON.parse(String(data)) as Frame;
    if (topic !== TOPIC || event !== "phx_reply") return;
    const reason = payload.response?.reason ?? "it refuses.";
    resolve(payload.status === "ok" ? { is: "joined" } : { is: "refused", reason });
  });
  const answer = await promise;
  clearTimeout(timer);
  if (socket.readyState < WebSocket.CLOSING) socket.close();
  if (answer.is !== "silent") await closed;
  return answer;
}
