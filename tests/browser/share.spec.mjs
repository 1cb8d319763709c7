import { expect, test } from "./page.mjs";
import { open, playhead, press, seek, timeOf, traceAfter, traceOf, weigh } from "./steps.mjs";

async function linkOf(page, { atMoment = false } = {}) {
  await page.getByRole("button", { name: "Share link" }).click();
  const dialog = page.getByRole("dialog", { name: "Share" });
  if (atMoment) await dialog.getByRole("switch", { name: /^Open at / }).check();
  const link = dialog.getByRole("textbox", { name: "Link" });
  if (atMoment) await expect(link).toHaveValue(/&t=/);
  return link.inputValue();
}

test("a link opened in a new context gives the same trace at the same moment", async ({ page, visitor }) => {
  const before = await open(page, "./#scenario=raft/leader-crash");
  await weigh(page, "S4", 3);
  const weighed = await traceAfter(page, before);
  await seek(page, 500);
  await press(page, "Add a fault: Partition");
  const trace = await traceAfter(page, weighed);
  const link = await linkOf(page, { atMoment: true });
  expect(link).toContain("#s=1.");

  const other = await visitor();
  expect(await open(other, link)).toBe(trace);
  await expect(playhead(other)).toHaveAttribute("aria-valuenow", "500");
  await expect(other.getByRole("spinbutton", { name: "Weight of S4" })).toHaveValue("3");
});

test("the link of an unmodified scenario is its name", async ({ page, visitor, baseURL }) => {
  const trace = await open(page, "./#scenario=paxos/duel");
  const link = await linkOf(page);
  expect(link).toBe(`${baseURL}#scenario=paxos/duel`);
  const other = await visitor();
  expect(await open(other, link)).toBe(trace);
  expect(await timeOf(other)).toBe(0);
});

test("a link that is opened in a page that is open changes the run; Back brings the last one", async ({ page }) => {
  const first = await open(page, "./#scenario=raft/leader-crash");
  await page.evaluate(() => { location.hash = "scenario=raft/two-leaders"; });
  await traceAfter(page, first);
  await expect(page).toHaveTitle(/^Half is not a majority/);
  await page.goBack();
  await expect(page).toHaveTitle(/^The leader crashes/);
  expect(await traceOf(page)).toBe(first);
});

test("Copy copies, and says so", async ({ visitor }) => {
  const page = await visitor({ permissions: ["clipboard-read", "clipboard-write"] });
  await open(page);
  const link = await linkOf(page);
  await page.getByRole("dialog").getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("dialog").getByRole("status")).toHaveText("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
});
