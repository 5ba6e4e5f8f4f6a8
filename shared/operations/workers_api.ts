/** The operations of the function `workers-api`. */
import {
  claimRequest,
  claimResponse,
  completeRequest,
  completeResponse,
  failRequest,
  failResponse,
  heartbeatRequest,
  heartbeatResponse,
  progressRequest,
  resultUploadRequest,
  resultUploadResponse,
} from "../requests/requests_workers.ts";
import type { Operation } from "./operation.ts";

const ofWorkers = { function: "workers-api", method: "post", access: "server" } as const;

export const WORKERS_API_OPERATIONS: readonly Operation[] = [
  {
    ...ofWorkers,
    id: "claimJobs",
    path: "/claim",
    summary: "Claim jobs of a pull lane",
    body: claimRequest,
    answer: {
      status: 200,
      schema: claimResponse,
      description: "Jobs with all that it takes to work on them",
    },
    errors: ["lane_not_found", "lane_not_pull"],
  },
  {
    ...ofWorkers,
    id: "sendHeartbeat",
    path: "/heartbeat",
    summary: "Say that the work goes on",
    body: heartbeatRequest,
    answer: {
      status: 200,
      schema: heartbeatResponse,
      description: "Whether to go on, and until when the lease is good",
    },
    errors: ["stale_token"],
  },
  {
    ...ofWorkers,
    id: "sendProgress",
    path: "/progress",
    summary: "Say how far the work is",
    body: progressRequest,
    answer: { status: 200, schema: heartbeatResponse, description: "As of a heartbeat" },
    errors: ["stale_token"],
  },
  {
    ...ofWorkers,
    id: "createResultUpload",
    path: "/uploads",
    summary: "Get a place for a result",
    body: resultUploadRequest,
    answer: {
      status: 201,
      schema: resultUploadResponse,
      description: "Where to upload it, within two hours",
    },
    errors: ["stale_token", "job_ended", "file_too_large"],
  },
  {
    ...ofWorkers,
    id: "completeJob",
    path: "/complete",
    summary: "Hand in a result",
    description: "None of its errors ends the attempt: mend it and send it again.",
    body: completeRequest,
    answer: { status: 200, schema: completeResponse, description: "What became of it" },
    errors: [
      "stale_token",
      "file_too_large",
      "unsupported_file_type",
      "file_not_found",
      "refused_address",
      "output_unavailable",
    ],
  },
  {
    ...ofWorkers,
    id: "failJob",
    path: "/fail",
    summary: "Give an attempt up",
    body: failRequest,
    answer: { status: 200, schema: failResponse, description: "What became of the job" },
    errors: ["stale_token"],
  },
];
