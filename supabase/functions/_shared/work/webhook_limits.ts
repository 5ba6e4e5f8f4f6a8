/** How much of a flood of webhooks one process takes; the rest is asked to come again (docs/platform.md#database-connections). */

export interface WebhookLimits {
  /** Webhooks under way at once, those included that wait for the database. */
  atOnce: number;
  /** Calls of the database at once: fewer than the Data API has connections, which are users' too. */
  calls: number;
  /** How long a webhook waits for its first call: providers give up after 15 s, some sooner (docs/providers). */
  patienceMs: number;
}

// Eight calls at once are 500 webhooks a second, of two calls each, while a call takes 8 ms; a hundred that wait are then
// served within a quarter of a second, and within three where a call takes ten times that.
const AT_ONCE = 100;
const CALLS = 8;
const PATIENCE_MS = 5_000;

/** The limits; the environment variable ESTEIRA_WEBHOOKS_AT_ONCE, a number, lets more or fewer be under way. */
export function webhookLimits(): WebhookLimits {
  const set = Deno.env.get("ESTEIRA_WEBHOOKS_AT_ONCE")?.trim();
  return {
    atOnce: set && /^\d{1,6}$/.test(set) ? Number(set) : AT_ONCE,
    calls: CALLS,
    patienceMs: PATIENCE_MS,
  };
}
