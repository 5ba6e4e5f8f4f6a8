/** Names of the private Realtime topics. */

/** Everything about one user's jobs. Only that user may join. */
export const jobsTopic = (userId: string): string => `jobs:${userId}`;

/** Movement of one lane's queue. Every signed-in user may join. */
export const laneTopic = (lane: string): string => `lane:${lane}`;
