/** What the gateway needs of each part of the stack: answer requests, and let go of everything on close. */
export interface Service {
  /** Answers one request. The path still has its `/rest/v1`, `/auth/v1`, … prefix. */
  handle(request: Request): Promise<Response>;
  /** Closes connections, timers and listeners; afterwards nothing of the service is left running. */
  close(): Promise<void>;
}
