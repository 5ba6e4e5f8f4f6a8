/** What the functions process is told when it starts. */
import type { JSONWebKeySet } from "jose";

export interface RuntimeConfig {
  /** The project's `supabase/functions`. */
  directory: string;
  /** The functions that config.toml names. */
  functions: Record<string, { verify_jwt: boolean }>;
  /** Public keys of users' tokens. */
  jwks: JSONWebKeySet;
}
