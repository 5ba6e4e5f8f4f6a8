/** Those who publish: users, each connected to an account of every platform, and connected anew whenever that is needed. */
import type { Environment, User } from "../../world/environment.ts";
import { connectAccount } from "../../world/publishing.ts";
import type { SocialName } from "../../world/simulators.ts";
import { pause, untilItWorks } from "../patience.ts";
import { PLATFORMS } from "./scenarios/index.ts";

export interface Customer {
  readonly user: User;
  /** The name of the account at every platform. */
  readonly username: string;
  readonly connections: ReadonlyMap<SocialName, string>;
}

const CREDITS = 100_000;

export async function signUpCustomers(environment: Environment, count: number): Promise<Customer[]> {
  const customers: Customer[] = [];
  for (let n = 0; n < count; n++) {
    const user = await environment.signUp(CREDITS);
    const username = `person${n}`;
    const connections = new Map<SocialName, string>();
    for (const { platform } of PLATFORMS) {
      connections.set(platform, await connectAccount(environment, user, platform, username));
    }
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
    const rows = await this.environment.sql<{ id: string; platform: SocialName }[]>`
      select id, platform from public.connections where state = 'reconnect_needed'`;
    for (const { id, platform } of rows) {
      const owner = this.customers.find(({ connections }) => connections.get(platform) === id);
      if (!owner) continue;
      await untilItWorks(
        "connecting anew",
        () => connectAccount(this.environment, owner.user, platform, owner.username),
      );
      this.count++;
    }
  }
}
