/** For tests: whose files they are, and where. */

export const USER = "3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
/** Of a job's results, in the bucket `outputs`. */
export const FOLDER = `${USER}/0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f`;
/** The key of a copy, in the bucket `handed`. */
export const COPY = `${USER}/5e1d3c2b-6a7f-4b8c-9d0e-1f2a3b4c5d6e.png`;
