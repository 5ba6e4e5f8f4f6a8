/**
 * Containers as one platform of the Graph API has them. What is published is made ready as a container, which the commit
 * names; what one platform calls otherwise than another, and what it takes, is said here.
 */
import type { PublicationMedia, PublicationWork } from "../../platform.ts";
import type { GraphDialect } from "../dialect.ts";
import type { Meaning } from "../meaning.ts";

/** A form that makes a container. */
export type ContainerForm = Record<string, string>;

export interface ContainerDialect {
  /** As people know the platform. */
  readonly name: string;
  readonly graph: GraphDialect;
  /** Below the account: where containers are made, where they are published, and what says how many may be. */
  readonly edges: { readonly create: string; readonly publish: string; readonly limit: string };
  /** The fields of a container that say how it stands, and why it failed. */
  readonly fields: { readonly word: string; readonly message: string };
  /** Why a container failed, as a code: found in the platform's words for it; null: they have none. */
  reasonIn(message: string): string | null;
  /** What that code means; null: it failed without one. */
  meaningOfReason(reason: string | null): Meaning | undefined;
  /** Sub-codes that tell of containers which are not there any more. */
  readonly missingSubcodes: readonly number[];
  /** Whether each file is an item, with a container of its own. */
  isCarousel(work: Pick<PublicationWork, "option" | "media">): boolean;
  /** Throws PlatformError for files that preflight has refused before. */
  checkFiles(work: PublicationWork): void;
  /** The container of a file (`isItem` of a carousel), or of what has none. Throws PlatformError where there can be none. */
  formOf(work: PublicationWork, file: PublicationMedia | undefined, isItem: boolean): Promise<ContainerForm>;
  /** The container of a carousel whose items' containers are there. Throws PlatformError where there can be none. */
  carouselOf(work: PublicationWork, children: readonly string[]): ContainerForm;
  /** How long a container of these files is not asked for at first, in seconds; each time after twice as long. */
  firstWait(files: readonly PublicationMedia[]): number;
  /** How long after it was first found finished it is published at the earliest, in seconds. */
  settles(files: readonly PublicationMedia[]): number;
}
