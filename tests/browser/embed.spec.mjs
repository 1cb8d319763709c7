import { expect, test } from "./page.mjs";
import { leaders, open, playhead, setup, inspector, stage, timeOf, traceOf, transport } from "./steps.mjs";

const views = {
  "view=split&controls=full": { stage: true, lanes: true, transport: true, adders: true },
  "view=split&controls=play": { stage: true, lanes: true, transport: true, adders: false },
  "view=split&controls=none": { stage: true, lanes: true, transport: false, adders: false },
  "view=stage&controls=play": { stage: true, lanes: false, transport: true, adders: false },
  "view=stage&controls=none": { stage: true, lanes: false, transport: false, adders: false },
  "view=lanes&controls=none": { stage: false, lanes: true, transport: false, adders: false },
};

for (const [query, shown] of Object.entries(views)) {
  test(`an embedded page shows what it is asked for: ${query}`, async ({ page }) => {
    await page.setViewportSize({ width: 800, height: 480 });
    await open(page, `./?embed&${query}#scenario=raft/two-leaders&t=500`);
    await expect(setup(page)).toHaveCount(0);
    await expect(inspector(page)).toHaveCount(0);
    await expect(page.getByRole("banner")).toHaveCount(0);
    const count = (is) => (is ? 1 : 0);
    await expect(page.getByRole("main")).toBeVisible();
    await expect(stage(page)).toHaveCount(count(shown.stage));
    await expect(leaders(page)).toHaveCount(shown.stage ? 2 : 0);
    await expect(playhead(page)).toHaveCount(count(shown.lanes));
    await expect(transport(page)).toHaveCount(count(shown.transport));
    await expect(page.getByRole("button", { name: "Add a fault: Crash" })).toHaveCount(count(shown.adders));
  });
}

/** Somebody's article, with a view in it. */
async function article(page, baseURL, address) {
  const html = `<!DOCTYPE html><html lang="en"><title>An article</title><body><h1>Article</h1>
    <iframe title="Quorate" width="800" height="460" src="${address}"></iframe></body></html>`;
  await page.route("**/article", (route) => route.fulfill({ contentType: "text/html", body: html }));
  await page.goto(`${baseURL}article`);
  return page.frameLocator("iframe");
}

test("a view in an article leaves the article, its address and the storage alone", async ({ page, baseURL }) => {
  const frame = await article(page, baseURL, "./?embed&controls=full#scenario=raft/two-leaders&t=300");
  await expect(frame.locator("[data-trace]")).toHaveAttribute("data-trace", /./);
  const before = await page.evaluate(() => history.length);
  const trace = await traceOf(frame);
  await expect(transport(frame).getByRole("button", { name: "Play", exact: true }), "it starts paused").toBeVisible();
  await transport(frame).getByRole("button", { name: "Step forward" }).click();
  await expect.poll(() => timeOf(frame)).toBeGreaterThan(300);
  await transport(frame).getByRole("button", { name: "Add a fault: Crash" }).click();
  await expect(frame.locator("[data-trace]")).not.toHaveAttribute("data-trace", trace);

  // Longer than it takes the whole page to write down what is open.
  await page.waitForTimeout(1_200);
  expect(page.url()).toBe(`${baseURL}article`);
  await expect(page).toHaveTitle("An article");
  expect(await page.evaluate(() => history.length)).toBe(before);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  expect(page.frames()[1].url(), "its own address too").toMatch(/#scenario=raft\/two-leaders&t=300$/);
});

test("an embedded page takes language and colours from its address alone", async ({ page }) => {
  await page.addInitScript(() => {
    localStorage.setItem("quorate.lang", "en");
    localStorage.setItem("quorate.theme", "light");
  });
  await open(page, "./?embed&lang=zh&theme=dark#scenario=raft/leader-crash");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(stage(page)).toContainText("S1 的权重为 8 中的 3");
});

test("the line for other pages is a frame of this run", async ({ page, baseURL }) => {
  const trace = await open(page, "./#scenario=paxos/two-proposers");
  await page.getByRole("button", { name: "Embed" }).click();
  const dialog = page.getByRole("dialog", { name: "Embed" });
  await dialog.getByRole("group", { name: "View" }).getByRole("button", { name: "Stage" }).click();
  await dialog.getByRole("group", { name: "Controls" }).getByRole("button", { name: "None" }).click();
  const line = dialog.getByRole("textbox", { name: "For your page" });
  await expect(line).toHaveValue(/view=stage&amp;controls=none/);
  const address = (await line.inputValue()).match(/src="([^"]*)"/)[1];
  const frame = await article(page, baseURL, address);
  await expect(frame.locator("[data-trace]")).toHaveAttribute("data-trace", trace);
});
