import { expect, test } from "./page.mjs";
import { caption, open, playhead, press, seek, stage, timeOf, transport } from "./steps.mjs";

const button = (page, name) => transport(page).getByRole("button", { name, exact: true });

test("pause stops time, and play goes on from there", async ({ quorate: page }) => {
  await press(page, "Play");
  await expect.poll(() => timeOf(page)).toBeGreaterThan(0);
  await press(page, "Pause");
  await expect(button(page, "Play")).toBeVisible();
  const paused = await timeOf(page);
  await page.waitForTimeout(400);
  expect(await timeOf(page)).toBe(paused);
  await press(page, "Play");
  await expect.poll(() => timeOf(page)).toBeGreaterThan(paused);
});

test("steps forward and back say the same of the same moment", async ({ page }) => {
  await open(page, "./#scenario=raft/leader-crash&t=200");
  const seen = [];
  const now = async () => `${await caption(page).innerText()} @ ${await playhead(page).getAttribute("aria-valuetext")}`;
  for (let steps = 0; steps < 8; steps += 1) {
    const told = await now();
    await press(page, "Step forward");
    await expect.poll(now).not.toBe(told);
    seen.push(await now());
  }
  for (const told of seen.reverse().slice(1)) {
    await press(page, "Step back");
    await expect.poll(now).toBe(told);
  }
});

test("a jump leads from one notable thing to the next, and back to the start", async ({ page }) => {
  await open(page, "./#scenario=raft/leader-crash");
  const times = [];
  for (let jumps = 0; jumps < 3; jumps += 1) {
    const before = await timeOf(page);
    await press(page, "Next notable event");
    await expect.poll(() => timeOf(page)).toBeGreaterThan(before);
    times.push(await timeOf(page));
  }
  await press(page, "Previous notable event");
  await expect(playhead(page)).toHaveAttribute("aria-valuenow", String(times[1]));
  await press(page, "To the start");
  await expect(playhead(page)).toHaveAttribute("aria-valuenow", "0");
});

test("a run ends paused, and Play starts it again", async ({ page }) => {
  await open(page, "./#scenario=vote/counts-heads");
  await page.keyboard.press("End");
  const end = await timeOf(page);
  await page.keyboard.press("ArrowLeft");
  await transport(page).getByRole("slider", { name: "Speed" }).press("End");
  await press(page, "Play");
  await expect(playhead(page)).toHaveAttribute("aria-valuenow", String(end), { timeout: 15_000 });
  await expect(button(page, "Play")).toBeVisible();
  await transport(page).getByRole("slider", { name: "Speed" }).press("Home");
  await press(page, "Play");
  await expect(playhead(page)).toHaveAttribute("aria-valuenow", "0");
  await expect(button(page, "Pause")).toBeVisible();
});

test("the speed is the speed that is set", async ({ page }) => {
  await open(page, "./#scenario=raft/leader-crash");
  const speed = transport(page).getByRole("slider", { name: "Speed" });
  await speed.press("Home");
  await expect(button(page, "Auto")).toHaveAttribute("aria-pressed", "false");
  await expect(transport(page)).toContainText("1 : 1000");
  await seek(page, 300);
  await stage(page).press("Space");
  // A thousand times slower than life: not even 10 ms of the run pass in half a second.
  await page.waitForTimeout(500);
  expect(await timeOf(page)).toBeLessThan(310);
  await speed.press("End");
  await expect(transport(page)).toContainText("10 : 1");
  await expect.poll(() => timeOf(page)).toBeGreaterThan(2_000);
});
