import { act, fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { EsteiraError } from "../../../../shared/errors/errors.ts";
import { TIKTOK_SETTINGS, type TikTokOption } from "../../../../shared/publishing/tiktok_settings.ts";
import type { CreatorInfo } from "../../../../shared/rows/connection.ts";
import { aCreator } from "../../testing/publications_fixture.ts";
import { fakeEsteira } from "../fake_esteira_fixture.ts";
import { renderIn } from "../testing/render_in.tsx";
import { settle } from "../testing/settle.ts";
import type { TikTokPost } from "./parts/tiktok_post.ts";
import { TikTokPostSettings } from "./tiktok_post_settings.tsx";

interface Around {
  option?: TikTokOption;
  creator?: Partial<CreatorInfo>;
  durationSeconds?: number;
  first?: TikTokPost;
  language?: "pt-BR" | "en";
}

/** Shows it as a composer does; `sent` is what would be sent, `isReady` whether it may be. */
async function composing(
  { option = "tiktok_video", creator = {}, first = {}, language = "en", ...more }: Around = {},
) {
  const fake = fakeEsteira();
  fake.answers.creator = () => Promise.resolve(aCreator(creator));
  const now = { sent: first, isReady: true };
  function Composer() {
    const [value, setValue] = useState<TikTokPost>(first);
    now.sent = value;
    return (
      <TikTokPostSettings
        connectionId="c1"
        value={value}
        onChange={setValue}
        onReady={(isReady) => now.isReady = isReady}
        {...{ option, ...more }}
      />
    );
  }
  renderIn(<Composer />, { fake, language });
  await act(settle);
  return { fake, now };
}

const box = (name: string | RegExp) => screen.getByRole<HTMLInputElement>("checkbox", { name });
const privacy = () => screen.getByRole<HTMLSelectElement>("combobox", { name: /Who can see/ });
const choose = (value: string) => fireEvent.change(privacy(), { target: { value } });

test("it says whose post it is, and nothing is chosen beforehand", async () => {
  const { now } = await composing();
  expect(screen.getByText("Farol da Barra")).toBeTruthy();
  expect(screen.getByText("@faroldabarra")).toBeTruthy();
  expect(privacy().value).toBe("");
  expect([...privacy().options].map(({ text }) => text)).toEqual([
    "Choose",
    "Everyone",
    "Friends",
    "Only me",
  ]);
  expect(screen.getAllByRole<HTMLInputElement>("checkbox").filter(({ checked }) => checked)).toEqual([]);
  expect(now).toEqual({ sent: {}, isReady: false });
  expect(screen.getByText("Choose who can see this post.")).toBeTruthy();
});

test("what is chosen is what is sent, and it may be posted once it is said who sees it", async () => {
  const { now } = await composing();
  choose("PUBLIC_TO_EVERYONE");
  fireEvent.click(box("Comment"));
  fireEvent.click(box("Stitch"));
  fireEvent.click(box("Duet"));
  fireEvent.click(box("Duet"));
  fireEvent.click(box("It was made with AI"));
  const sent = { privacy: "PUBLIC_TO_EVERYONE", allowComments: true, allowStitch: true, madeWithAi: true };
  expect(now).toEqual({ sent, isReady: true });
  expect(TIKTOK_SETTINGS.tiktok_video.parse(now.sent)).toEqual(sent);
});

test("what the account has switched off is greyed out, and of pictures nobody makes duets", async () => {
  await composing({ creator: { isCommentDisabled: true } });
  expect(box(/^Comment/).disabled).toBe(true);
  expect(box("Duet").disabled).toBe(false);
  expect(screen.getByText("switched off in the account")).toBeTruthy();
});

test("pictures have a title and music, and nothing that videos alone have", async () => {
  const { now } = await composing({ option: "tiktok_photo", first: { privacy: "SELF_ONLY" } });
  expect(screen.queryByRole("checkbox", { name: "Duet" })).toBeNull();
  expect(screen.queryByText(/Videos up to/)).toBeNull();
  fireEvent.change(screen.getByRole("textbox", { name: "Title" }), { target: { value: "O farol" } });
  fireEvent.click(box("Have TikTok choose music"));
  expect(TIKTOK_SETTINGS.tiktok_photo.parse(now.sent)).toEqual(now.sent);
  expect(now).toEqual({
    sent: { privacy: "SELF_ONLY", title: "O farol", autoAddMusic: true },
    isReady: true,
  });
});

test("commercial content is off at first; once it is on, whose it is has to be said", async () => {
  const { now } = await composing({ first: { privacy: "PUBLIC_TO_EVERYONE" } });
  expect(screen.queryByRole("checkbox", { name: /^Your brand/ })).toBeNull();
  expect(screen.queryByText(/will be labeled/)).toBeNull();
  fireEvent.click(box(/^Disclose/));
  expect(box(/^Your brand/).checked || box(/^Branded content/).checked).toBe(false);
  expect(now.isReady).toBe(false);
  expect(screen.getByText(/You need to indicate/)).toBeTruthy();
  fireEvent.click(box(/^Your brand/));
  expect(screen.getByText(/Your video will be labeled as “Promotional content”/)).toBeTruthy();
  fireEvent.click(box(/^Branded content/));
  expect(screen.getByText(/Your video will be labeled as “Paid partnership”/)).toBeTruthy();
  expect(now.sent).toEqual({ privacy: "PUBLIC_TO_EVERYONE", ownBrand: true, brandedContent: true });
  expect(now.isReady).toBe(true);
  fireEvent.click(box(/^Disclose/));
  expect(now.sent).toEqual({ privacy: "PUBLIC_TO_EVERYONE" });
});

test("branded content cannot be private, whichever of both comes first", async () => {
  const { now } = await composing();
  choose("SELF_ONLY");
  fireEvent.click(box(/^Disclose/));
  expect(box(/^Branded content/).disabled).toBe(true);
  expect(screen.getByText("Branded content visibility cannot be set to private.")).toBeTruthy();
  choose("MUTUAL_FOLLOW_FRIENDS");
  fireEvent.click(box(/^Branded content/));
  expect([...privacy().options].find(({ value }) => value === "SELF_ONLY")?.disabled).toBe(true);
  expect(now.isReady).toBe(true);
});

test("what an app has kept from before is taken back where the account does not allow it", async () => {
  const first = { privacy: "FOLLOWER_OF_CREATOR", allowDuet: true, allowComments: true } as const;
  const { now } = await composing({ first, creator: { isDuetDisabled: true } });
  expect(now).toEqual({ sent: { allowComments: true }, isReady: false });
  const { now: branded } = await composing({ first: { privacy: "SELF_ONLY", brandedContent: true } });
  expect(branded).toEqual({ sent: { brandedContent: true }, isReady: false });
});

test("a video that is longer than the account may post is not posted", async () => {
  const first = { privacy: "PUBLIC_TO_EVERYONE" } as const;
  const { now } = await composing({ first, durationSeconds: 61, creator: { maxVideoSeconds: 60 } });
  expect(screen.getByText("The video takes 1 min 01 s; this account posts up to 1 min.")).toBeTruthy();
  expect(screen.getByText("The video is too long for this account.")).toBeTruthy();
  expect(now.isReady).toBe(false);
});

test("what one agrees to is said before it is posted, with branded content the policy for it too", async () => {
  const { now } = await composing({ first: { privacy: "PUBLIC_TO_EVERYONE" } });
  const consent = () => document.querySelector(".esteira-consent")?.textContent;
  expect(consent()).toBe("By posting, you agree to TikTok's Music Usage Confirmation.");
  fireEvent.click(box(/^Disclose/));
  fireEvent.click(box(/^Branded content/));
  expect(consent()).toBe(
    "By posting, you agree to TikTok's Branded Content Policy and Music Usage Confirmation.",
  );
  for (const link of screen.getAllByRole<HTMLAnchorElement>("link")) {
    expect(link.href).toMatch(/^https:\/\/www\.tiktok\.com\/legal\//);
  }
  expect(now.isReady).toBe(true);
});

test("a draft has none of it: it is finished in TikTok", async () => {
  const { now } = await composing({ first: { privacy: "SELF_ONLY", allowComments: true } });
  fireEvent.click(screen.getByRole("radio", { name: /inbox/ }));
  expect(now).toEqual({ sent: { mode: "draft" }, isReady: true });
  expect(screen.getByText(/It waits there as a draft/)).toBeTruthy();
  expect(screen.queryByRole("combobox")).toBeNull();
  fireEvent.click(screen.getByRole("radio", { name: "Post it" }));
  expect(now).toEqual({ sent: {}, isReady: false });
});

test("an account that may post no more today says so, and is asked again on a click", async () => {
  const fake = fakeEsteira();
  fake.answers.creator = () => Promise.reject(new EsteiraError("posting_limit", "spam_risk_too_many_posts"));
  const onReady = vi.fn();
  renderIn(
    <TikTokPostSettings
      connectionId="c1"
      option="tiktok_video"
      value={{}}
      onChange={() => {}}
      onReady={onReady}
    />,
    { fake },
  );
  await act(settle);
  expect(screen.getByRole("alert").textContent).toBe("O limite de posts da plataforma foi atingido.");
  expect(onReady.mock.calls.flat()).not.toContain(true);
  fake.answers.creator = () => Promise.resolve(aCreator());
  fireEvent.click(screen.getByRole("button", { name: "Perguntar de novo" }));
  await act(settle);
  expect(screen.getByText("Publicando como")).toBeTruthy();
});

test("without an account nothing is asked", async () => {
  const { fake } = renderIn(
    <TikTokPostSettings connectionId={null} option="tiktok_video" value={{}} onChange={() => {}} />,
  );
  await act(settle);
  expect(fake.calls.filter(({ name }) => name === "connections.creator")).toEqual([]);
});
