/** Names of the private Realtime topics. */

/** Everything about one user's jobs and models. Only that user may join. */
export const jobsTopic = (userId: string): string => `jobs:${userId}`;

/** One project and what jobs change in it. Only its owner may join. */
export const projectTopic = (projectId: string): string => `project:${projectId}`;

/** Movement of one lane's queue. Every signed-in user may join. */
export const laneTopic = (lane: string): string => `lane:${lane}`;

/** What concerns operators: alerts, bulk runs, the audit. Only admins and support may join. */
export const OPS_TOPIC = "ops";
