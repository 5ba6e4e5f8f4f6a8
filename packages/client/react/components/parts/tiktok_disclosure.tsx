/** Whether a post on TikTok promotes somebody: off at first, and then whom; and what TikTok will write on it. */
import { useSurroundings } from "../../hooks/surroundings_context.ts";
import { CheckBox } from "./check_box.tsx";
import { changed, isDisclosing } from "./tiktok_post.ts";
import type { TikTokChoicesProps } from "./tiktok_choices.tsx";

export function TikTokDisclosure({ option, post, onChange }: Omit<TikTokChoicesProps, "creator">) {
  const { texts } = useSurroundings();
  const words = texts.publishing.tiktok;
  const { ownBrand = false, brandedContent = false, privacy } = post;
  const isOn = isDisclosing(post);
  const isPrivate = privacy === "SELF_ONLY";
  const toggle = (isOn: boolean) =>
    onChange(changed(post, {
      ownBrand: isOn ? false : undefined,
      brandedContent: isOn ? false : undefined,
    }));
  return (
    <div className="esteira-disclosure">
      <CheckBox
        name="disclose"
        label={words.disclose}
        hint={words.discloseHint}
        checked={isOn}
        onChange={toggle}
      />
      {isOn && (
        <div role="group" aria-label={words.disclose} className="esteira-fieldset">
          <CheckBox
            name="ownBrand"
            label={words.ownBrand}
            hint={words.ownBrandHint}
            checked={ownBrand}
            onChange={(ownBrand) => onChange(changed(post, { ownBrand, brandedContent }))}
          />
          <CheckBox
            name="brandedContent"
            label={words.brandedContent}
            hint={isPrivate ? words.brandedNotPrivate : words.brandedContentHint}
            checked={brandedContent}
            disabled={isPrivate && !brandedContent}
            onChange={(brandedContent) => onChange(changed(post, { ownBrand, brandedContent }))}
          />
        </div>
      )}
      <p className="esteira-disclosure-label" role="status">
        {(ownBrand || brandedContent) && words.label(option, brandedContent)}
      </p>
    </div>
  );
}
