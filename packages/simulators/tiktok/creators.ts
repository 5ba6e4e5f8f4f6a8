/** What accounts have set for themselves, and may post: what `creator_info` tells. */
import { z } from "zod";
import type { Person } from "../social/people.ts";

export const creatorWish = z.strictObject({
  /** Only who follows it sees its posts. */
  isPrivate: z.boolean().optional(),
  commentDisabled: z.boolean().optional(),
  duetDisabled: z.boolean().optional(),
  stitchDisabled: z.boolean().optional(),
  /** Seconds. */
  maxSeconds: z.int().positive().optional(),
});
export type CreatorWish = z.infer<typeof creatorWish>;
export type Creator = Required<CreatorWish>;

const DEFAULT: Creator = {
  isPrivate: false,
  commentDisabled: false,
  duetDisabled: false,
  stitchDisabled: false,
  maxSeconds: 600,
};

/** The accounts of one simulator, by username. */
export class Creators {
  readonly #creators = new Map<string, Creator>();

  /** @param isUnaudited nobody is offered more than their own eyes. */
  constructor(private readonly isUnaudited: boolean, wishes: Readonly<Record<string, CreatorWish>> = {}) {
    for (const [username, wish] of Object.entries(wishes)) this.set(username, wish);
  }

  of(username: string): Creator {
    return this.#creators.get(username) ?? DEFAULT;
  }

  set(username: string, wish: CreatorWish): Creator {
    const creator = { ...this.of(username), ...creatorWish.parse(wish) };
    this.#creators.set(username, creator);
    return creator;
  }

  /** Who may see a post, as the account is offered it. */
  privacyOf(username: string): readonly string[] {
    if (this.isUnaudited) return ["SELF_ONLY"];
    return this.of(username).isPrivate
      ? ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
      : ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"];
  }

  /** The data of an answer. A private account's videos are nobody's to duet or stitch. */
  infoOf(person: Person, url: string): Record<string, unknown> {
    const creator = this.of(person.username);
    return {
      creator_avatar_url: `${url}/avatars/${person.id}.svg`,
      creator_username: person.username,
      creator_nickname: person.name,
      privacy_level_options: this.privacyOf(person.username),
      comment_disabled: creator.commentDisabled,
      duet_disabled: creator.duetDisabled || creator.isPrivate,
      stitch_disabled: creator.stitchDisabled || creator.isPrivate,
      max_video_post_duration_sec: creator.maxSeconds,
    };
  }
}
