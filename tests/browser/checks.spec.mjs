import { expect, test } from "./page.mjs";
import { inspector, open, press, seek, tab, timeOf } from "./steps.mjs";

/** The card of a property. */
const property = (page, name) => inspector(page).getByRole("listitem").filter({ has: page.getByText(name, { exact: true }) });

/** A flag or sign above the timeline. */
const flag = (page, name) => page.getByRole("button", { name });

test("a broken property says when, why and whom it concerns, and can be gone to", async ({ page }) => {
  await open(page, "./#scenario=raft/two-leaders");
  await tab(page, "Checks").click();
  const safety = property(page, "Election Safety");
  await expect(safety).toContainText(/holds here; breaks at [\d.\s]+ ms/);
  await safety.getByRole("button", { name: "Go to where it breaks" }).click();
  await expect(safety).toContainText(/broken since [\d.\s]+ ms/);
  await expect(safety).toContainText(/S[12] and S[12] were both elected in term 1/);
  await expect(safety).toContainText("Two quorums that do not meet");
  await expect(safety).toHaveClass(/chosen/);
  await expect(page.locator(".node.accused")).toHaveCount(2);
  await expect(page.locator(".node.accused").first()).toHaveAttribute("data-node", "S1");
  const at = await timeOf(page);
  await seek(page, 100);
  await expect(safety).toContainText("holds here");
  await page.keyboard.press("Escape");
  await flag(page, /^Election Safety is broken here/).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => timeOf(page)).toBe(at);
});

test("what is stuck has a sign of its own, says what lacks, and is a stop of n and p", async ({ page }) => {
  await open(page, "./#scenario=vote/blocked");
  await tab(page, "Checks").click();
  const doubt = property(page, "No doubt for long");
  await expect(doubt).toContainText(/not yet; stuck at [\d.\s]+ ms/);
  await expect(doubt).toContainText(/voted on motion 1\.S1 at \d+ ms and does not know the outcome: S1 is down\./);
  await doubt.getByRole("button", { name: "Go to where its time is up" }).click();
  await expect(doubt).toContainText(/stuck since [\d.\s]+ ms/);
  const at = await timeOf(page);
  await expect(page.locator(".node.accused")).not.toHaveCount(0);

  const sign = flag(page, /^No doubt for long is stuck by now/);
  await expect(sign).toHaveClass(/stuck/);
  await press(page, "To the start");
  const seen = [];
  for (let stops = 0; stops < 40 && !seen.includes(at); stops += 1) {
    await press(page, "Next notable event");
    seen.push(await timeOf(page));
  }
  expect(seen).toContain(at);
});

test("points that the run reaches are told of and gone to", async ({ page }) => {
  await open(page, "./#scenario=raft/leader-crash");
  await tab(page, "Checks").click();
  const changed = property(page, "The leader changes");
  await expect(changed).toContainText(/not yet; reached at [\d.\s]+ ms/);
  await changed.getByRole("button", { name: /^The leader changes: go to/ }).click();
  await expect(changed).toContainText(/reached at [\d.\s]+ ms/);
  await expect(changed).not.toContainText("not yet");
  await expect.poll(() => timeOf(page)).toBeGreaterThan(1010);
  const answers = property(page, "Answers in time");
  await expect(answers).not.toContainText("stuck");
});

test("the checks are told in Chinese too", async ({ page }) => {
  await open(page, "./#scenario=vote/blocked");
  await page.getByRole("banner").getByRole("button", { name: /Switch|切换|中文|language/i }).first().click();
  await page.getByRole("tab", { name: "检查", exact: true }).click();
  await expect(property(page, "不会长久存疑")).toContainText(/将于 [\d.\s]+ ms 判为停滞/);
});
