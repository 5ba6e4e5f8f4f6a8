/** Publishing, from signing in at a platform to the post, as a person goes through it. */
import assert from "node:assert/strict";
import { eventually } from "@esteira/local-supabase/testing";
import type { Page } from "playwright-core";
import type { PlatformName } from "../../shared/words/platforms.ts";
import { connectAccount } from "../world/connect.ts";
import { SOCIAL } from "../world/simulators.ts";
import { browserTest, type InBrowser } from "./in_browser.ts";
import { enterAs, isLive } from "./sign_in.ts";

const DONE = ".esteira-publication[data-state=completed]";

/** What a film is published as, and what the platform is called. */
const WITH_A_FILM: Readonly<Record<PlatformName, { name: string; option: string }>> = {
  tiktok: { name: "TikTok", option: "TikTok · Vídeo" },
  facebook: { name: "Facebook", option: "Facebook · Vídeo" },
  instagram: { name: "Instagram", option: "Instagram · Reel" },
  youtube: { name: "YouTube", option: "YouTube · Vídeo" },
  threads: { name: "Threads", option: "Threads · Post" },
  x: { name: "X", option: "X · Post" },
  linkedin: { name: "LinkedIn", option: "LinkedIn · Post" },
};

/** Signs in at a simulated platform, and says here that the account is meant. */
async function connect(page: Page, platform: PlatformName): Promise<void> {
  await page.getByRole("button", { name: `Conectar ${WITH_A_FILM[platform].name}` }).click();
  await page.getByRole("link", { name: "Continue as ana" }).click();
  await page.locator(".esteira-choice .esteira-button").first().click();
  await page.locator(`.esteira-account[data-platform=${platform}][data-state=live]`).waitFor();
  const done = page.locator(".esteira-choices").getByRole("button", { name: "Pronto" });
  if (await done.isVisible()) await done.click(); // there are other accounts to choose
}

/** Chooses and writes what is published. */
async function compose(page: Page, caption: string, ...options: readonly string[]): Promise<void> {
  for (const option of options) await page.getByRole("checkbox", { name: option, exact: true }).check();
  await page.locator("textarea[name=caption]").fill(caption);
}

/** Somebody who has connected accounts before. */
async function signedIn(
  { browser, url, person, environment }: InBrowser,
  connected: readonly PlatformName[] = [],
) {
  const user = await person();
  for (const platform of connected) await connectAccount(environment, user, platform, "ana");
  const { tab } = await enterAs(browser, url, user, { path: "#/publish" });
  await isLive(tab.page);
  return tab;
}

// @acceptance 003:10, 003:20-36, 003:41, 003:42, 003:45, 003:46, 003:291
browserTest(
  "a person connects two accounts, composes once, looks first, publishes, and watches both",
  async (world) => {
    const { environment: { x, instagram } } = world;
    const tab = await signedIn(world);
    const { page } = tab;
    await connect(page, "x");
    await connect(page, "instagram");
    tab.forgive(); // the platforms' pages have no icon
    assert.equal(new URL(page.url()).search, "", "what came of signing in is taken off the address");

    await compose(page, "O farol, hoje cedo.", "X · Post", "Instagram · Feed");
    await page.locator(".compose .sample").first().click();
    await page.getByRole("button", { name: "Conferir antes" }).click();
    await page.locator(".esteira-preflight").getByText("Total: 2 créditos.").waitFor();
    assert.equal(await page.locator(".esteira-preflight [data-state=good]").count(), 2);
    assert.deepEqual([x.posts().length, instagram.posts().length], [0, 0]);

    const publish = page.getByRole("button", { name: "Publicar agora" });
    await publish.dblclick();
    await page.getByText("2 de 2 publicadas").waitFor();
    await page.locator(`${DONE} a[href^=http]`).nth(1).waitFor(); // each leads to its post
    assert.deepEqual([x.posts().length, instagram.posts().length], [1, 1], "two clicks are one publication");
    await page.locator(".esteira-account[data-platform=instagram]").getByText("Ainda 49 de 50").waitFor();
    assert.deepEqual(tab.problems, []);
  },
);

browserTest("what one platform does not take is told by its name, and the others go on", async (world) => {
  const tab = await signedIn(world);
  const { page } = tab;
  await connect(page, "x");
  await connect(page, "instagram");
  tab.forgive();
  await compose(page, "Mar ".repeat(90), "X · Post", "Instagram · Feed");
  await page.locator(".compose .sample").first().click();
  await page.getByRole("button", { name: "Publicar agora" }).click();
  await page.getByText("Na fila: 1 de 2").waitFor();
  const refused = page.locator(".esteira-publish-refused li");
  assert.match(await refused.innerText(), /X · Post[\s\S]*O texto é longo demais/);
  await page.getByText("1 de 1 publicadas").waitFor();
  assert.deepEqual(tab.problems, []);
});

browserTest("whoever has looked says that a post is there, and nobody is asked again", async (world) => {
  const { environment: { sql, x } } = world;
  const tab = await signedIn(world);
  const { page } = tab;
  await connect(page, "x");
  tab.forgive();
  x.misbehave({ contains: "perdida", fault: { kind: "hang", path: "commit", times: 1, accepted: true } });
  await compose(page, "Uma resposta perdida", "X · Post");
  await page.getByRole("button", { name: "Publicar agora" }).click();
  const ended = await eventually(async () => {
    const [attempt] = await sql`
      select a.job_id, a.token from public.job_attempts a join public.publications p using (job_id)
      where p.committed_at is not null`;
    return attempt;
  });
  await sql`select worker.submit_unknown(${ended.job_id}, ${ended.token})`;

  const card = page.locator(".esteira-publication[data-state=unknown]");
  await card.getByText("Não se sabe se foi publicada").waitFor();
  assert.equal(await card.getByRole("button", { name: "Tentar Novamente" }).count(), 0);
  await card.getByRole("button", { name: "Olhei: está lá" }).click();
  await page.locator(".esteira-publication[data-state=there]").waitFor();
  assert.equal(x.posts().length, 1);
  assert.deepEqual(tab.problems, []);
});

browserTest("one film goes to every platform at once, and each is shown as it goes", async (world) => {
  const { environment } = world;
  const tab = await signedIn(world, SOCIAL.filter((platform) => platform !== "linkedin"));
  const { page } = tab;
  await connect(page, "linkedin"); // a person and her organizations
  tab.forgive();
  const options = SOCIAL.map((platform) => WITH_A_FILM[platform].option);
  await compose(page, "O farol, para todos", ...options);
  await page.getByRole("button", { name: "Usar o exemplo “Ondas”" }).click();

  const publish = page.getByRole("button", { name: "Publicar agora" });
  const tiktok = page.getByRole("group", { name: "Post no TikTok" });
  await tiktok.getByText(/O vídeo tem 4 s/).waitFor();
  await tiktok.getByText("Ao publicar, você concorda com a Confirmação de uso de música do TikTok.")
    .waitFor();
  assert.equal(await publish.getAttribute("aria-disabled"), "true", "nobody has said who may see it");
  await tiktok.getByRole("combobox", { name: "Quem pode ver este post" }).selectOption("SELF_ONLY");
  assert.equal(await publish.getAttribute("aria-disabled"), "false");

  await page.getByRole("button", { name: "Conferir antes" }).click();
  await page.locator(".esteira-preflight").waitFor();
  assert.deepEqual(await page.locator(".esteira-preflight [data-state=bad]").allInnerTexts(), []);
  await publish.click();
  await page.getByText(`${SOCIAL.length} de ${SOCIAL.length} publicadas`).waitFor();
  for (const platform of SOCIAL) {
    await page.locator(`.esteira-group-marks [data-state=completed] [data-platform=${platform}]`).waitFor();
    const times = environment[platform].posts().filter(({ text }) => text.includes("O farol, para todos"));
    assert.equal(times.length, 1, platform);
  }
  assert.deepEqual(tab.problems, []);
});
