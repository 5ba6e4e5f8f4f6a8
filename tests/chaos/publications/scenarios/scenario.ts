/** What goes wrong with a publication, and how it has to end all the same: the shape of it, and how it is written down. */
import type { Option } from "../../../../shared/words/platforms.ts";
import type { File } from "../../../world/media_files.ts";
import type { SimulatorOptions, Simulators, SocialName } from "../../../world/simulators.ts";

/** A fault of some simulator. */
export interface AnyFault {
  readonly kind: string;
}

/** The faults of a platform's simulator. */
export type FaultOf<Name extends SocialName> = Parameters<Simulators[Name]["misbehave"]>[0]["fault"];

/** A fault and what it is compared with: the post's text, or the hash of its first file. */
export interface Strike {
  readonly by: "text" | "file";
  readonly times: number;
  readonly fault: AnyFault;
}

export type Settings = Readonly<Record<string, string | number | boolean>>;

export interface Scenario {
  readonly name: string;
  readonly option: Option;
  /** published: whatever happens · failed: it says why · either: as the moment has it. */
  readonly ends: "published" | "failed" | "either";
  readonly files: () => File[];
  readonly settings: Settings;
  readonly strikes: readonly Strike[];
  /** An answer to its commit is lost: whether it is there may stay unknown, if the platform is asked in vain. */
  readonly isLost: boolean;
  /** The fault waits for minutes. */
  readonly isSlow: boolean;
  /** Its refusals of the commit are the fault's. */
  readonly isRefused: boolean;
}

/** How a publication shows in its platform's books. */
export interface Shown {
  /** Null: none arrives. */
  readonly text: string | null;
  /** The SHA-256 of each file, in order. */
  readonly media: readonly string[];
}

/** What somebody asked for. */
export interface Asked {
  readonly caption: string;
  readonly files: readonly File[];
}

/** Posts that may be made in so many seconds; the same at the simulators and in our rows. */
export interface Limits {
  readonly account: number;
  readonly app: number;
  readonly seconds: number;
}

/** A limit as simulators are told of it. */
export function within(limit: number, { seconds }: Limits): { limit: number; windowMs: number } {
  return { limit, windowMs: seconds * 1000 };
}

/** All that is known here of a platform. */
export interface PlatformScenarios<Name extends SocialName = SocialName> {
  readonly platform: Name;
  /** How its simulator is started under these limits. */
  readonly start: (limits: Limits) => NonNullable<SimulatorOptions[Name]>;
  readonly scenarios: readonly Scenario[];
  /** What strikes whoever comes next, in the preparing of no publication in particular. */
  readonly noise: readonly FaultOf<Name>[];
  /** Whether an access that has ended is renewed without its owner: it ends now and then, then. */
  readonly isRenewed: boolean;
  /** Of these it cannot tell when an answer was lost, and a worker that dies over a commit loses one. Left out: it can. */
  readonly untold?: readonly Option[];
  /** Where something else than the caption and the files shows; left out: those. */
  readonly shows?: Partial<Readonly<Record<Option, (asked: Asked) => Shown>>>;
}

/** As most posts show: the caption, and each file. */
export function asAsked({ caption, files }: Asked): Shown {
  return { text: caption, media: files.map(({ sha256 }) => sha256) };
}

/** Without a text, as stories are. */
export function withoutText(asked: Asked): Shown {
  return { ...asAsked(asked), text: null };
}

export type Details = Partial<Omit<Scenario, "name" | "option" | "strikes">>;

/** A scenario; what `details` leave out: no files, it is published, and no doubt is allowed. */
export function scenario(
  name: string,
  option: Option,
  strikes: readonly Strike[] = [],
  details: Details = {},
): Scenario {
  return {
    name,
    option,
    strikes,
    files: () => [],
    settings: {},
    ends: "published",
    isLost: false,
    isSlow: false,
    isRefused: false,
    ...details,
  };
}

/** The ways to say what a fault of a platform is compared with, each fault as its simulator knows it. */
export function strikesOf<Fault extends AnyFault>() {
  return {
    byText: (fault: Fault, times = 1): Strike => ({ by: "text", times, fault }),
    byFile: (fault: Fault, times = 1): Strike => ({ by: "file", times, fault }),
  };
}
