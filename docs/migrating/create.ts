/** docs/migrating.md: a server that creates jobs for its users, in place of an INSERT. The tests run it. */

/** Creates a job for a user. The same `key` answers with the same job, and charges once. */
export async function createFor(
  userId: string,
  { tool, input, key }: { tool: string; input: object; key: string },
  { projectUrl, secretKey }: { projectUrl: string; secretKey: string },
) {
  const response = await fetch(`${projectUrl}/functions/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json", apikey: secretKey },
    body: JSON.stringify({ userId, tool, input, idempotencyKey: key }),
  });
  const { job, error } = await response.json();
  if (error) throw new Error(`${error.code}: ${error.message}`);
  return job;
}
