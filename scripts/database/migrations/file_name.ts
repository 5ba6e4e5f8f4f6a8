/** How a new migration is named. */

/** What was asked for cannot be done; the message says how to ask. */
export class UsageError extends Error {
  readonly code = "usage";
}

/**
 * `<version>_<name>.sql`. The version is the time in UTC, but comes after `last`, the newest migration's file.
 * @throws UsageError when the name is none.
 */
export function migrationFileName(name: string | undefined, last: string, now: Date): string {
  if (!name || !/^[a-z][a-z0-9_]{2,59}$/.test(name)) {
    throw new UsageError(
      `A migration has a name in snake case that says what it does: npm run migration -- jobs_have_a_colour`,
    );
  }
  const time = BigInt(now.toISOString().replace(/\D/g, "").slice(0, 14));
  const after = BigInt(last.slice(0, 14)) + 1n;
  return `${time > after ? time : after}_${name}.sql`;
}
