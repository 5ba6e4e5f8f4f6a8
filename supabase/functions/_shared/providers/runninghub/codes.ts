/** RunningHub's codes, and what is to be done about each. */
import type { RetryClass } from "../../engine/failure.ts";
import { classIn, type RetryTable } from "../kit/retry_table.ts";

// Codes of runninghub.md#codes. Those not listed are retried, for we do not know them: backoff ends by itself.
const RETRY_CLASSES: RetryTable = {
  never: [
    301,
    380,
    412,
    423,
    433,
    435,
    436,
    803,
    807,
    809,
    810,
    901,
    1001,
    1004,
    1007,
    1008,
    1009,
    1014,
    1101,
    1501,
    1505,
  ],
  backoff: [500, 808, 1000, 1005, 1006, 1010, 1011, 1012, 1013, 1015, 1504],
  wait: [415, 421, 814, 1003, 1520],
  pause: [416, 801, 802, 806, 811, 812, 1002, 1601],
};
/** The codes that tell how a task stands. */
export const RUNNING = 804;
export const FAILED = 805;
export const QUEUED = 813;
export const NOT_FOUND: readonly number[] = [423, 807, 1004];
/** RunningHub's own trouble, whatever was asked. */
export const UNKNOWN_ERROR = 500;
// To a question these say that it went to a wrong address, and nothing of the task.
const OF_THE_ADDRESS: readonly number[] = [412, 1009];
// The task has failed, and another one may go well.
const TASK_FAILED: readonly number[] = [1006, 1013, 1015, 1504];
// Out of coins, seen without a code of its own.
const OUT_OF_POWER = "TASK_CREATE_FAILED_BY_NOT_ENOUGH_POWER_VALUE";

/** The retry class of a business code, with the name in `msg` where the code does not say it. */
export function retryClassOf(code: number, msg: string): RetryClass {
  if (msg === OUT_OF_POWER) return "pause";
  return classIn(RETRY_CLASSES, code) ?? "backoff";
}

/** Whether a business code is the last word on the task that was asked after: asking again would not change it. */
export function isLastWord(code: number, msg: string): boolean {
  if (NOT_FOUND.includes(code) || OF_THE_ADDRESS.includes(code)) return false;
  return TASK_FAILED.includes(code) || retryClassOf(code, msg) === "never";
}
