import { expect, test } from "./page.mjs";
import { expectTrace, open, seek, setup, leaders, traceAfter, verdict, weigh } from "./steps.mjs";

test("a threshold flips the verdict and the run, and back", async ({ page }) => {
  const unsafe = await open(page, "./#scenario=raft/two-leaders");
  const checks = page.getByRole("banner").getByRole("button", { name: /hold|break|broken/ });
  await expect(verdict(page)).toContainText(/\{S1, S3\} and \{S2, S4, S5\} are both quorums to elect.* and share no node/);
  await expect(checks).toHaveAccessibleName(/^Election Safety breaks at /);
  await seek(page, 600);
  await expect(leaders(page)).toHaveCount(2);

  const slider = setup(page).getByRole("slider", { name: /^Elect.* needs$/ });
  await slider.press("ArrowRight");
  await expect(verdict(page)).toContainText(/Any two quorums to elect.* share a node/);
  await expect(verdict(page)).not.toContainText("share no node");
  await traceAfter(page, unsafe);
  await expect(checks).toHaveAccessibleName("7 properties hold");
  await expect(leaders(page)).toHaveCount(0);

  await slider.press("ArrowLeft");
  await expectTrace(page, unsafe);
  await expect(verdict(page)).toContainText("share no node");
});

test("a weight flips the verdict, which names two quorums apart, and the run", async ({ quorate: page }) => {
  const before = await page.locator("[data-trace]").getAttribute("data-trace");
  await expect(verdict(page)).not.toContainText("share no node");
  await weigh(page, "S5", 9);
  await expect(verdict(page)).toContainText(/\{S1, S2\}.*\{S5\}|\{S5\}.*\{S1, S2\}/);
  await expect(verdict(page)).toContainText("share no node");
  await traceAfter(page, before);
  await weigh(page, "S5", 1);
  await expectTrace(page, before);
});
