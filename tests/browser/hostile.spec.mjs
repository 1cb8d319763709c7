import { constants, deflateRawSync } from "node:zlib";
import { expect, test } from "./page.mjs";
import { alert, linkTo, open, press, setup, traceOf } from "./steps.mjs";

const NODES = 101;
const long = (letters) => ({ en: "W".repeat(letters), zh: "宽".repeat(letters) });
const monster = {
  version: 1,
  protocol: "raft",
  title: long(120),
  text: long(4_000),
  weights: Array(NODES).fill(100),
  duration: 600_000,
  settings: { heartbeat: 0.01 },
  network: { delay: { uniform: [0, 60_000] }, duplicates: 1 },
  clients: Array(32).fill({ window: 300, think: 0, retry: 1 }),
  faults: Array.from({ length: 200 }, (_, at) => ({ crash: `S${1 + (at % NODES)}`, from: at, until: 600_000 })),
};
/** The same as far as it is let in. */
const worst = { ...monster, settings: { heartbeat: 1 } };
/** What keeps a computer busiest: as many heartbeats under way as a run may have, for as long as it may. */
const busiest = {
  version: 1,
  protocol: "raft",
  nodes: NODES,
  duration: 60_000,
  network: { delay: 240 },
  settings: { election: [20_000, 60_000], heartbeat: 1 },
  clients: [],
  by_hand: [{ timeout: "S1", timer: "Election", at: 0 }],
};
/** What fills a memory fastest: more on its way than a run may have. */
const fullest = [
  { ...busiest, network: { delay: 1_850 } },
  { ...busiest, network: { delay: { uniform: [0, 60_000] }, duplicates: 1 }, settings: { election: 10 }, by_hand: [] },
];

/** No frozen page answers in this time; how fast a free one does is for the benchmark to say. */
const FROZEN_MS = 15_000;
test.describe.configure({ timeout: 180_000 });

/** Everything that can be clicked is answered, while a run is being computed. */
async function expectAnswers(page) {
  const answer = async (what, click, seen) => {
    const start = Date.now();
    await click();
    await seen();
    expect(Date.now() - start, `ms until ${what}`).toBeLessThan(FROZEN_MS);
  };
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await answer("a dialog opens", () => page.getByRole("button", { name: "Keyboard shortcuts" }).click(), () => expect(dialog).toBeVisible());
  await answer("it closes", () => page.keyboard.press("Escape"), () => expect(dialog).toHaveCount(0));
  const chinese = page.locator("html[lang=zh-Hans]");
  await answer("it is Chinese", () => page.getByRole("button", { name: /^语言：/ }).click(), () => expect(chinese).toBeVisible());
  await answer("it is English", () => page.getByRole("button", { name: /^Language:/ }).click(), () => expect(chinese).toHaveCount(0));
}

test("heartbeats every 10 µs are refused in one sentence", async ({ page }) => {
  await open(page, `./${linkTo(monster)}`);
  await expect(alert(page).getByRole("paragraph")).toHaveCount(1);
  await expect(alert(page)).toContainText(/^Not opened\. `[\w.[\]]+` should be [^.]*(\.\d+[^.]*)*\.$/);
  await expect(page).toHaveTitle(/^The leader crashes/);
});

test("the worst that is let in leaves the page interactive, and can be left", async ({ page }) => {
  await page.goto(`./${linkTo(worst)}`);
  await expect(page.getByRole("spinbutton", { name: "Weight of S101" })).toBeAttached();
  await expect(page.getByRole("banner").getByRole("status")).toHaveText(/^Computing… \d+ %$/);
  await expectAnswers(page);

  await press(page, "Play");
  await expectAnswers(page);
  await setup(page).getByRole("spinbutton", { name: "Weight of S1", exact: true }).fill("1");
  await page.keyboard.press("Enter");
  await expectAnswers(page);

  await page.getByRole("button", { name: "Scenarios" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Half is not a majority/ }).click();
  await traceOf(page);
  await expect(page).toHaveTitle(/^Half is not a majority/);
});

test("the busiest run is computed while every click is answered", async ({ page }) => {
  await page.goto(`./${linkTo(busiest)}`);
  const computing = page.getByRole("banner").getByRole("status");
  await expect(computing).toHaveText(/^Computing… \d+ %$/);
  await expectAnswers(page);
  await expect(computing, "it is still at it").toHaveText(/^Computing… \d+ %$/);
  await page.getByRole("button", { name: "Scenarios" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Half is not a majority/ }).click();
  await traceOf(page);
});

for (const [which, document] of fullest.entries()) {
  test(`a run that fills the memory stops, and the page goes on (${which + 1})`, async ({ page }) => {
    await page.goto(`./${linkTo(document)}`);
    await expect(page.getByRole("spinbutton", { name: "Weight of S101" })).toBeAttached();
    await expectAnswers(page);
    await expect(page.getByRole("banner").getByRole("status")).not.toHaveText(/^Computing…/, { timeout: 30_000 });
    await expectAnswers(page);
    await press(page, "Play");
    await expectAnswers(page);
  });
}

/** Raw deflate that unpacks to so many GB of spaces: one flushed block again and again. */
function bomb(bytes) {
  const block = deflateRawSync(Buffer.alloc(16 << 20, " "), { finishFlush: constants.Z_FULL_FLUSH, level: 9 });
  const end = Buffer.from([3, 0]);
  return Buffer.concat([...Array(Math.ceil(bytes / block.length)).fill(block), end]);
}

for (const [what, bytes, sentence] of [
  ["as long as a link may be", 380_000, "`#s` should be a link that unpacks to at most 256 KB"],
  ["as long as an address may be", 1_400_000, "`#` should be at most 512 KB long, not "],
]) {
  test(`a link that unpacks to gigabytes is refused at once, ${what}`, async ({ quorate: page }) => {
    const before = await traceOf(page);
    const link = `s=1.${bomb(bytes).toString("base64url")}`;
    const start = Date.now();
    await page.evaluate((link) => { location.hash = link; }, link);
    await expect(alert(page)).toContainText(`Not opened. ${sentence}`);
    expect(Date.now() - start).toBeLessThan(5_000);
    expect(await traceOf(page)).toBe(before);
    await press(page, "Step forward");
  });
}

test("a file of 10 MB is refused in one sentence, packed or not", async ({ quorate: page }) => {
  const before = await traceOf(page);
  for (const buffer of [bomb(10 << 20), Buffer.alloc(10 << 20, "[")]) {
    await page.getByRole("button", { name: "Share link" }).click();
    const file = { name: "scenario.json", mimeType: "application/json", buffer };
    await page.getByRole("dialog").getByLabel("Open a file…").setInputFiles(file);
    await expect(alert(page).getByRole("paragraph")).toHaveCount(1);
    await expect(alert(page)).toContainText("Not opened. The document should be at most 256 KB");
    expect(await traceOf(page)).toBe(before);
    await alert(page).getByRole("button", { name: "Close" }).click();
    await expect(alert(page).getByRole("paragraph")).toHaveCount(0);
  }
});

test("texts of the greatest length stay in their places", async ({ page }) => {
  await open(page, `./${linkTo({ version: 1, protocol: "raft", title: monster.title, text: monster.text })}`);
  const { width, scrollWidth } = await page.evaluate(() => ({ width: innerWidth, scrollWidth: document.documentElement.scrollWidth }));
  expect(scrollWidth).toBeLessThanOrEqual(width);
  for (const name of ["Scenarios", "Share link", "Undo"]) {
    const box = await page.getByRole("button", { name }).boundingBox();
    expect(box.x + box.width, `${name} is in the window`).toBeLessThanOrEqual(width);
  }
  await press(page, "Play");
});
