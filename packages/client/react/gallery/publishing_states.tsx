/** What publishes, in each of its states. */
import { ConnectionsPanel } from "../components/connections_panel.tsx";
import { PreflightReport } from "../components/preflight_report.tsx";
import { PublicationCard } from "../components/publication_card.tsx";
import { PublicationList } from "../components/publication_list.tsx";
import { PublishButton } from "../components/publish_button.tsx";
import { type Fake, fakeEsteira, ready } from "../fake_esteira_fixture.ts";
import { aConnection, aPublication, GROUP_ID, publicationId } from "../../testing/publications_fixture.ts";
import type { PreflightResponse } from "../../../../shared/requests/requests_publications.ts";
import type { Publication } from "../../../../shared/rows/publication.ts";
import type { Why } from "../../../../shared/rows/why.ts";
import { PHOTO } from "./samples.ts";
import type { GalleryState } from "./gallery_state.ts";
import { RECONNECT, saying, UNKNOWN } from "./why_fixture.ts";

const STEPS: Publication["steps"] = [
  { step: "prepare", name: "container_created", timestamp: "2026-11-26T12:00:03.000Z" },
  { step: "prepare", name: "container_finished", timestamp: "2026-11-26T12:00:09.000Z" },
  { step: "commit", name: "media_publish", timestamp: "2026-11-26T12:00:10.000Z" },
];
const WISH = {
  selectedOptions: ["instagram_feed", "x_post"],
  captions: { universal: "O farol, hoje cedo." },
};
const TOO_LONG = {
  code: "text_too_long",
  field: "captions.universal",
  message: "The text weighs 312; X takes 280.",
  details: { count: 312, maximum: 280 },
};
/** One post, and what became of it on each of the seven. */
const ON_ALL: readonly (Partial<Publication> & Pick<Publication, "option" | "platform">)[] = [
  {
    option: "tiktok_video",
    platform: "tiktok",
    status: "completed",
    warnings: [{ code: "finish_in_tiktok", message: "It lies in the creator's TikTok inbox" }],
  },
  {
    option: "facebook_video",
    platform: "facebook",
    status: "completed",
    permalink: "https://www.example.com/1",
  },
  {
    option: "instagram_reel",
    platform: "instagram",
    status: "completed",
    permalink: "https://www.example.com/2",
  },
  {
    option: "youtube_video",
    platform: "youtube",
    status: "completed",
    permalink: "https://www.example.com/3",
    warnings: [{ code: "thumbnail_refused", message: "The thumbnail was not taken: 403 forbidden" }],
  },
  { option: "threads_post", platform: "threads", status: "processing", steps: STEPS.slice(0, 1) },
  {
    option: "x_post",
    platform: "x",
    status: "failed",
    error_code: "402",
    error_message: "The app has no credits left at X.",
    refund: "paid",
  },
  { option: "linkedin_post", platform: "linkedin" },
];
const REJECTED = { platform: "x_post", ...TOO_LONG };

const connected = (fake: Fake) =>
  fake.connections.set(ready([
    aConnection(),
    aConnection({ id: "c2", platform: "x", display_name: "Farol da Barra", limit: null }),
  ]));

const card = (name: string, change: Partial<Publication>): GalleryState => ({
  name: `publication-card/${name}`,
  client: connected,
  render: () => <PublicationCard publication={aPublication(change)} />,
});

/** As the database explains it. */
const told = (name: string, why: Why, change: Partial<Publication>): GalleryState => ({
  ...card(name, change),
  fake: () => fakeEsteira({ supabase: saying({ why: [why] }) }),
});

const panel = (name: string, ...connections: readonly ReturnType<typeof aConnection>[]): GalleryState => ({
  name: `connections-panel/${name}`,
  client: (fake) => fake.connections.set(ready(connections)),
  render: () => <ConnectionsPanel />,
});

const PREFLIGHT: PreflightResponse = {
  success: true,
  message: "",
  data: {
    options: [
      {
        platform: "instagram_feed",
        ok: true,
        price: 1,
        limit: aConnection().limit,
        issues: [],
        warnings: [],
      },
      {
        platform: "instagram_reel",
        ok: true,
        price: 1,
        limit: null,
        issues: [],
        warnings: [{
          code: "settings_ignored",
          field: "settings.instagram_reel.coverUrl",
          message: "A cover is taken of videos longer than 3 s.",
        }],
      },
      { platform: "x_post", ok: false, price: 1, limit: null, issues: [TOO_LONG], warnings: [] },
    ],
    media: [null],
    totalPrice: 2,
    balance: 50,
  },
};

const looked = (
  platform: string,
  more: Partial<PreflightResponse["data"]["options"][number]> = {},
): PreflightResponse["data"]["options"][number] => ({
  platform,
  ok: (more.issues ?? []).length === 0,
  price: 1,
  limit: null,
  issues: [],
  warnings: [],
  ...more,
});

const PREFLIGHT_OF_ALL: PreflightResponse = {
  success: true,
  message: "",
  data: {
    options: [
      looked("tiktok_video", {
        issues: [{
          code: "invalid_input",
          field: "settings.privacy",
          message: "TikTok wants whoever posts to say who may see it: there is no default",
        }],
      }),
      looked("facebook_video"),
      looked("instagram_reel", { limit: aConnection().limit }),
      looked("youtube_video", {
        warnings: [{
          code: "private_by_default",
          field: "settings.privacy",
          message: "Left out: it is private",
        }],
      }),
      looked("threads_post"),
      looked("x_post", { issues: [TOO_LONG] }),
      looked("linkedin_post"),
    ],
    media: [null],
    totalPrice: 5,
    balance: 50,
  },
};

const click = (shown: HTMLElement) => shown.querySelector("button")?.click();

export const PUBLISHING_STATES: readonly GalleryState[] = [
  card("waiting", {}),
  card("scheduled", { scheduled_for: "2026-11-28T12:00:00.000Z" }),
  card("held", { hold: "posting_limit" }),
  told("reconnect", RECONNECT, { hold: "reconnect_needed" }),
  card("preparing", { status: "processing", steps: STEPS.slice(0, 1) }),
  card("observing", { status: "processing", steps: STEPS, committed_at: "2026-11-26T12:00:10.000Z" }),
  card("published", {
    status: "completed",
    steps: STEPS,
    committed_at: "2026-11-26T12:00:10.000Z",
    permalink: "https://www.example.com/p/1",
    warnings: [{ code: "thumbnail_refused", message: "The cover was not taken; the first frame is shown." }],
  }),
  card("draft", {
    option: "tiktok_video",
    platform: "tiktok",
    status: "completed",
    committed_at: "2026-11-26T12:00:10.000Z",
    warnings: [{ code: "finish_in_tiktok", message: "It lies in the creator's TikTok inbox" }],
  }),
  card("failed", {
    status: "failed",
    option: "x_post",
    platform: "x",
    error_code: "media_refused",
    error_message: "The video is 2.8 GB; X takes 512 MB.",
    refund: "paid",
  }),
  told("unknown", UNKNOWN, {
    status: "failed",
    option: "x_post",
    platform: "x",
    error_code: "outcome_unknown",
    error_message: "The answer to the post was lost, and the timeline could not be read.",
    refund: "due",
    steps: STEPS,
    committed_at: "2026-11-26T12:00:10.000Z",
  }),
  card("found", {
    status: "failed",
    error_code: "outcome_unknown",
    refund: "withheld",
    resolved: "there",
    committed_at: "2026-11-26T12:00:10.000Z",
  }),
  card("not-found", {
    status: "failed",
    error_code: "outcome_unknown",
    refund: "paid",
    resolved: "not_there",
    committed_at: "2026-11-26T12:00:10.000Z",
  }),
  card("cancelled", { status: "cancelled", refund: "paid" }),

  {
    name: "publication-list/group",
    client: (fake) => {
      connected(fake);
      fake.publications({ group: GROUP_ID }).set(ready({
        publications: [
          aPublication({ status: "completed", permalink: "https://www.example.com/p/1", steps: STEPS }),
          aPublication({
            id: publicationId(2),
            option: "x_post",
            platform: "x",
            connection_id: "c2",
            status: "processing",
          }),
        ],
        hasMore: false,
      }));
    },
    render: () => <PublicationList of={{ group: GROUP_ID }} />,
  },
  {
    name: "publication-list/all",
    client: (fake) => {
      connected(fake);
      const publications = ON_ALL.map((change, at) =>
        aPublication({ id: publicationId(10 + at), ...change })
      );
      fake.publications({ group: GROUP_ID }).set(ready({ publications, hasMore: false }));
    },
    render: () => <PublicationList of={{ group: GROUP_ID }} />,
  },
  {
    name: "publication-list/empty",
    client: (fake) => fake.publications().set(ready({ publications: [], hasMore: false })),
    render: () => <PublicationList />,
  },

  panel("none"),
  panel(
    "all",
    aConnection(),
    aConnection({
      id: "c2",
      platform: "x",
      display_name: "Farol da Barra",
      limit: {
        used: 100,
        total: 100,
        windowSeconds: 900,
        resetsAt: "2026-11-26T12:10:00.000Z",
        source: "ours",
      },
    }),
    aConnection({
      id: "c3",
      display_name: "ana.fotos",
      state: "reconnect_needed",
      state_code: "190/463",
      state_message: "Error validating access token: Session has expired.",
      limit: null,
    }),
    aConnection({
      id: "c4",
      display_name: "loja.da.ana",
      state: "limited",
      held_until: "2026-11-26T13:00:00.000Z",
    }),
    aConnection({
      id: "c5",
      display_name: "padaria",
      state: "expiring",
      expires_at: "2026-11-29T12:00:00.000Z",
    }),
    aConnection({ id: "c6", platform: "x", display_name: "antiga", state: "revoked", limit: null }),
  ),
  {
    ...panel(
      "tiktok",
      aConnection({ platform: "tiktok", display_name: "Farol da Barra", limit: null }),
    ),
    after: (_, shown) => {
      const details = shown.querySelector("details");
      if (details) details.open = true;
    },
  },
  {
    name: "connections-panel/choice",
    client: (fake) => {
      fake.connections.set(ready([aConnection()]));
      fake.answers.choices = () =>
        Promise.resolve({
          platform: "instagram",
          accounts: [
            {
              externalId: "1",
              displayName: "farol.da.barra",
              avatarUrl: null,
              of: "Farol da Barra",
              isConnected: true,
            },
            {
              externalId: "2",
              displayName: "ana.fotos",
              avatarUrl: null,
              of: "Ana Fotos",
              isConnected: false,
            },
          ],
          nextCursor: "more",
        });
    },
    render: () => <ConnectionsPanel returned={CHOICE} />,
  },
  {
    name: "connections-panel/refused",
    client: (fake) => fake.connections.set(ready([])),
    render: () => <ConnectionsPanel returned={REFUSED} />,
  },

  { name: "publish-button/idle", render: () => <PublishButton wish={WISH} /> },
  { name: "publish-button/disabled", render: () => <PublishButton wish={WISH} disabled /> },
  {
    name: "publish-button/uploading",
    render: () => <PublishButton wish={{ ...WISH, files: [PHOTO] }} />,
    after: (fake, shown) => {
      click(shown);
      fake.uploads.at(-1)?.progress(PHOTO.size * 0.4);
    },
  },
  {
    name: "publish-button/partial",
    client: (fake) => {
      const jobs = [{ job_id: publicationId(1), platform: "instagram_feed", status: "pending" as const }];
      const data = { jobs, totalEnqueued: 1, totalRequested: 2, groupId: GROUP_ID, rejected: [REJECTED] };
      fake.answers.enqueue = () => Promise.resolve({ success: true, message: "", data });
    },
    render: () => <PublishButton wish={WISH} />,
    after: (_, shown) => click(shown),
  },
  {
    name: "publish-button/refused",
    client: (fake) => {
      fake.answers.enqueue = () =>
        Promise.reject(Object.assign(new Error("Not enough"), { code: "insufficient_credits", details: {} }));
    },
    render: () => <PublishButton wish={WISH} />,
    after: (_, shown) => click(shown),
  },

  { name: "preflight/mixed", render: () => <PreflightReport preflight={PREFLIGHT} /> },
  { name: "preflight/all", render: () => <PreflightReport preflight={PREFLIGHT_OF_ALL} /> },
];

const CHOICE = { choice: "0199a1b2-0000-7000-8000-00000000cccc" };
const REFUSED = { error: "sign_in_refused", message: "The user denied your request." };
