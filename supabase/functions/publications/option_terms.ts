/** What options are had for: their tools, and the tables of their platforms. */
import { z } from "zod";
import { EsteiraError } from "../../../shared/errors/errors.ts";
import type { OptionRules } from "../../../shared/publishing/option_rules.ts";
import { type Option, platformOf } from "../../../shared/words/platforms.ts";
import { admin, unwrap, worker } from "../_shared/engine/database.ts";
import type { Platform } from "../_shared/platforms/platform.ts";
import { platformNamed } from "../_shared/platforms/registry.ts";

/** An option that can be had. */
export interface OptionTerms {
  platform: Platform;
  rules: OptionRules;
  /** In credits. */
  price: number;
}

const app = z.object({ settings: z.record(z.string(), z.unknown()) });

/** The terms of these options, by option; null for one that is switched off, or that nothing publishes. */
export async function optionTerms(
  options: readonly Option[],
): Promise<ReadonlyMap<Option, OptionTerms | null>> {
  const [tools, platforms] = await Promise.all([toolsOf(options), platformsOf(options)]);
  return new Map(options.map((option) => {
    const found = platforms.get(platformOf(option));
    const rules = found?.rules[option];
    const price = tools.get(option);
    return [
      option,
      found && rules && price !== undefined ? { platform: found.platform, rules, price } : null,
    ];
  }));
}

/** Prices of those that are switched on. */
async function toolsOf(options: readonly Option[]): Promise<Map<string, number>> {
  const rows = unwrap(
    await admin().from("tools").select("tool,credit_cost").in("tool", [...options]).eq("is_enabled", true),
  );
  return new Map(rows.map(({ tool, credit_cost }) => [tool, credit_cost]));
}

async function platformsOf(options: readonly Option[]) {
  const names = [...new Set(options.map(platformOf))];
  const found = await Promise.all(names.map(async (name) => {
    const platform = platformNamed(name);
    return platform ? [[name, { platform, rules: await rulesOf(platform) }] as const] : [];
  }));
  return new Map(found.flat());
}

async function rulesOf(platform: Platform): Promise<Readonly<Record<string, OptionRules>>> {
  if (!platform.rulesFor) return platform.rules;
  try {
    const { settings } = app.parse(
      unwrap(await worker().rpc("platform_app", { p_platform: platform.name })),
    );
    return platform.rulesFor(settings);
  } catch (error) {
    // No app is registered: then nobody has a connection either, which is what the caller is to be told.
    if (error instanceof EsteiraError && error.code === "misconfigured") return platform.rules;
    throw error;
  }
}
