import { readFile } from "node:fs/promises";
import { expect, test } from "./page.mjs";
import { expectTrace, inspector, linkTo, open, playhead, press, tab, timeOf, traceAfter, traceOf } from "./steps.mjs";

const dialog = (page) => page.getByRole("dialog");
const inDialog = (page, name) => dialog(page).getByRole("button", { name, exact: true });
const chip = (page) => page.getByRole("banner").getByRole("button", { name: /tried$|^Searching|^Failure found$/ });

async function ask(page) {
  await page.getByRole("button", { name: "Find a failure" }).click();
  await expect(dialog(page)).toBeVisible();
}

/** A figure of the search by its name, as a number. */
async function figure(page, name) {
  const figure = dialog(page).locator(".figure").filter({ hasText: name }).locator("dd");
  return Number((await figure.textContent()).replace(/\D/g, ""));
}

/** Starts a search that finds nothing for a long time. */
async function startLong(page) {
  await ask(page);
  await inDialog(page, "100 000").click();
  await inDialog(page, "Start").click();
  await expect.poll(() => figure(page, "Tried")).toBeGreaterThan(0);
}

test("a failure is found, made small, opened, and undone", async ({ page }) => {
  const before = await open(page, "./#scenario=paxos/unsafe-thresholds");
  await ask(page);
  await inDialog(page, "Start").click();
  const found = dialog(page).getByRole("region", { name: "The failure" });
  await expect(found).toContainText(/Two quorums that do not meet: \{S\d.*\} · \{S\d.*\}/);
  await expect(inDialog(page, "Open it")).toBeVisible();
  const [, events] = await found.getByRole("row", { name: /^events to read/ }).getByRole("cell").allTextContents();
  expect(Number(events)).toBeLessThanOrEqual(25);

  const coming = page.waitForEvent("download");
  await inDialog(page, "Download file").click();
  const document = JSON.parse(await readFile(await (await coming).path(), "utf8"));
  expect(document.claims).toHaveLength(1);

  await inDialog(page, "Open it").click();
  await expect(dialog(page)).toHaveCount(0);
  await traceAfter(page, before);
  await expect(page).toHaveTitle(/^Found by search/);
  await tab(page, "Checks").click();
  await playhead(page).press("End");
  await expect(inspector(page)).toContainText("Two quorums that do not meet");
  await page.getByRole("button", { name: "Undo" }).click();
  await expectTrace(page, before);
});

test("what was found is taken away as a link and as a test", async ({ visitor }) => {
  const page = await visitor({ permissions: ["clipboard-read", "clipboard-write"] });
  const flawed = { version: 1, protocol: "paxos", nodes: 3, flaws: ["ignores-accepted"], duration: 600 };
  await open(page, `./${linkTo(flawed)}`);
  await ask(page);
  await expect(dialog(page)).toContainText("Flaws switched on");
  await inDialog(page, "Start").click();
  await expect(inDialog(page, "Open it")).toBeVisible();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await inDialog(page, "Copy Rust test").click();
  await expect(inDialog(page, "Copied")).toHaveCount(1);
  expect(await copied()).toMatch(/#\[test\]\nfn \w+\(\) \{[^]*quorate::scenario::from_json/);
  await inDialog(page, "Copy link").click();
  await expect(inDialog(page, "Copied")).toHaveCount(2);
  const link = await copied();

  const other = await visitor();
  await open(other, link);
  await expect(other).toHaveTitle(/^Found by search/);
});

test("cancelling stops it at once and keeps what it came to", async ({ page }) => {
  await open(page, "./#scenario=raft/leader-crash");
  await startLong(page);
  await inDialog(page, "Cancel").click();
  await expect(dialog(page)).toContainText(/Cancelled; schedules tried: [\d\s]+/);
  expect(page.workers()).toHaveLength(0);
  const tried = await figure(page, "Tried");
  expect(tried).toBeGreaterThan(0);
  await expect(inDialog(page, "Cancel")).toHaveCount(0);
  await inDialog(page, "Search on").click();
  await expect(inDialog(page, "Cancel")).toBeVisible();
});

test("while it searches, the page plays on and answers", async ({ page }) => {
  // The worker takes a whole core.
  test.slow();
  await open(page, "./#scenario=raft/leader-crash");
  await startLong(page);
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await expect(chip(page)).toBeVisible();
  const shown = await chip(page).textContent();

  await press(page, "Play");
  const start = await timeOf(page);
  await tab(page, "Trace").click();
  await expect(tab(page, "Trace")).toHaveAttribute("aria-selected", "true");
  await expect.poll(() => timeOf(page)).toBeGreaterThan(start);
  await expect(chip(page)).not.toHaveText(shown);
  await press(page, "Pause");
  await playhead(page).press("Home");
  await expect(playhead(page)).toHaveAttribute("aria-valuenow", "0");

  await chip(page).click();
  await expect(dialog(page)).toContainText("Searching…");
  await inDialog(page, "Cancel").click();
  await page.keyboard.press("Escape");
  await expect(chip(page)).toHaveCount(0);
});

test("where nothing is broken, the checks lead to the search", async ({ page }) => {
  await open(page, "./#scenario=raft/first-election");
  await tab(page, "Checks").click();
  await inspector(page).getByRole("button", { name: "Try to break it" }).click();
  await expect(page.getByRole("dialog", { name: "Find a failure" })).toBeVisible();
});

test("it runs below a path, under a strict policy", async ({ page }) => {
  const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
    + "connect-src 'self'; img-src 'self'; base-uri 'none'";
  await page.route("**/*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
  });
  await open(page, "./#scenario=paxos/unsafe-thresholds");
  await ask(page);
  await inDialog(page, "Start").click();
  await expect(inDialog(page, "Open it")).toBeVisible();
});

const script = (body) => (route) => route.fulfill({ contentType: "text/javascript", body });
const REPORT = JSON.stringify({ report: { Refused: { en: "…", zh: "…" } }, goes_on: true, ms: 1 });

for (const [what, respond, said] of [
  ["is not there", (route) => route.fulfill({ status: 404, body: "" }), "The search could not start"],
  ["does not start", script("throw new Error('broken');"), "The search could not start"],
  [
    "breaks down at its work",
    script(`onmessage = () => { postMessage(${JSON.stringify(REPORT)}); setTimeout(() => { throw new Error("broken"); }, 50); };`),
    "The search has stopped because of an error",
  ],
]) {
  test(`a worker that ${what} is said in a sentence`, async ({ page, complaints }) => {
    await page.route("**/worker.js", respond);
    const before = await open(page);
    await ask(page);
    await inDialog(page, "Start").click();
    await expect(dialog(page).getByRole("alert")).toContainText(said);
    await page.keyboard.press("Escape");
    expect(await traceOf(page)).toBe(before);
    await expect(page.locator(".stopped")).toHaveCount(0);
    complaints.length = 0;
  });
}
