/** The far side of `upscaleInBackground`: upscales the one image it is sent, answers and waits for its end. */
import { parentPort } from "node:worker_threads";
import { answerFor } from "./upscale_answer.ts";

parentPort?.once("message", (bytes: unknown) => parentPort?.postMessage(answerFor(bytes)));
