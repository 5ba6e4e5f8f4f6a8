/** How much of its calls an app and an account have used, as the graph tells it in headers. */

const USED = { call_count: 100, total_cputime: 25, total_time: 25 };

/** All of an account's are used; there are more after `seconds`, told in minutes, rounded up. `type`: of what the calls were. */
export function accountUsage(id: string, type: string, seconds: number): Record<string, string> {
  const minutes = Math.ceil(seconds / 60);
  return {
    "x-business-use-case-usage": JSON.stringify({
      [id]: [{ type, ...USED, estimated_time_to_regain_access: minutes }],
    }),
  };
}

/** All of the app's are used. */
export function appUsage(): Record<string, string> {
  return { "x-app-usage": JSON.stringify(USED) };
}
