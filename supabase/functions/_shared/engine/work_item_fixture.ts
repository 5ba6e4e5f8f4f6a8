/** For tests: messages about a job, as the database hands them to a worker. */
import type { Message } from "./work_item.ts";

export const API_KEY = "0123456789abcdef0123456789abcdef";
/** The token of the attempt in `messageFor`. */
export const TOKEN = "8d1c6f2e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
/** The key of the copy of the photo of the job in `messageFor`. */
const COPY = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/5e1d3c2b-6a7f-4b8c-9d0e-1f2a3b4c5d6e.png";
/** Where that copy lies in Storage. */
export const PHOTO = `handed/${COPY}`;

/** What a test wants otherwise than the ordinary message has it. */
export interface Differences {
  readCount?: number;
  job?: Partial<Message["item"]["job"]>;
  attempt?: Partial<Message["item"]["attempt"]>;
  toolSettings?: Record<string, unknown>;
  account?: Partial<Message["item"]["account"]>;
  poll?: Partial<Message["item"]["poll_seconds"]>;
  circuit?: Partial<Message["item"]["lane_circuit"]>;
  kind?: Message["item"]["kind"];
  provider?: string;
  handed?: Message["item"]["handed"];
}

/** A leased message about an upscale on the RunningHub at `baseUrl`. */
export function messageFor(baseUrl: string, differences: Differences = {}): Message {
  return {
    queue: "runninghub_queue",
    msg_id: 7,
    read_count: differences.readCount ?? 1,
    item: {
      kind: differences.kind ?? "work",
      job: {
        id: "0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f",
        user_id: "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
        tool: "upscaler",
        lane: "runninghub",
        input: { image: "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/photo.png", scale: 2 },
        metadata: {},
        created_at: "2026-11-01T12:00:00+00:00",
        deadline_at: new Date(Date.now() + 600_000).toISOString(),
        ...differences.job,
      },
      attempt: {
        attempt: 1,
        dispatch: 1,
        token: TOKEN,
        phase: "dispatched",
        external_id: null,
        checkpoint: {},
        started_at: "2026-11-01T12:00:01+00:00",
        submits: 0,
        submit_until: null,
        resubmit: null,
        nones: 0,
        word: null,
        outputs: null,
        data: null,
        ...differences.attempt,
      },
      handed: differences.handed === undefined
        ? { "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/photo.png": COPY }
        : differences.handed,
      lease_seconds: 60,
      poll_seconds: { after: 120, every: 60, ...differences.poll },
      lane_circuit: { opened_at: null, probe_at: null, failures: 0, ...differences.circuit },
      tool_settings: differences.toolSettings ?? {
        webapp_id: "1877265245566922753",
        files: { image: { types: ["image/png"], max_bytes: 31457280 } },
        nodes: {
          image: { node_id: "39", field_name: "image" },
          scale: { node_id: "41", field_name: "scale" },
        },
        output_node_id: "9",
      },
      provider: differences.provider ?? "runninghub",
      account: { name: "main", settings: { base_url: baseUrl }, api_key: API_KEY, ...differences.account },
    },
  };
}
