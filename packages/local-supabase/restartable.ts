/** A service that goes away for a moment, and comes back as new. */
import type { Service } from "./service.ts";

export interface Restartable extends Service {
  /** Closes the service and starts another one; whoever asks meanwhile is answered 503. */
  restart(): Promise<void>;
}

/** Starts a service by `start`, and again whenever it is to be restarted. */
export async function restartable(start: () => Promise<Service>): Promise<Restartable> {
  let current: Service | undefined = await start();
  let changing: Promise<void> = Promise.resolve();
  return {
    handle: (request) =>
      current?.handle(request) ??
        Promise.resolve(Response.json({ message: "The service is restarting" }, { status: 503 })),
    restart() {
      return changing = changing.then(async () => {
        const last = current;
        current = undefined;
        await last?.close();
        current = await start();
      });
    },
    async close() {
      await changing;
      await current?.close();
    },
  };
}
