/** Those who publish: users, each connected to an account of both platforms, and connected anew whenever that is needed. */
import type { Environment, User } from "../../world/environment.ts";
import { connectAccount } from "../../world/publishing.ts";
import { pause, untilItWorks } from "../patience.ts";

export type PlatformUnderTest = "x" | "instagram";

export interface Customer {
  readonly user: User;
  /** The name of the account at either platform. */
  readonly username: string;
  readonly connections: Readonly<Record<PlatformUnderTest, string>>;
}

const CREDITS = 100_000;

export async function signUpCustomers(environment: Environment, count: number): Promise<Customer[]> {
  const customers: Customer[] = [];
  for (let n = 0; n < count; n++) {
    const user = await environment.signUp(CREDITS);
    const username = `person${n}`;
    const connections = {
      x: await connectAccount(environment, user, "x", username),
      instagram: await connectAccount(environment, user, "instagram", username),
    };
    customers.push({ user, username, connections });
  }
  return customers;
}

/** Connects anew, as their owners would, whatever has to be: until it is stopped. */
export class Reconnecting {
  /** How often. */
  count = 0;
  #stopped = false;

  constructor(private readonly environment: Environment, private readonly customers: readonly Customer[]) {}

  async start(): Promise<void> {
    while (!this.#stopped) {
      await this.#look().catch(() => {}); // the database may just be down
      await pause(500);
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #look(): Promise<void> {
    const rows = await this.environment.sql<{ id: string; platform: PlatformUnderTest }[]>`
      select id, platform from public.connections where state = 'reconnect_needed'`;
    for (const { id, platform } of rows) {
      const owner = this.customers.find(({ connections }) => connections[platform] === id);
      if (!owner) continue;
      await untilItWorks(
        "connecting anew",
        () => connectAccount(this.environment, owner.user, platform, owner.username),
      );
      this.count++;
    }
  }
}
