import { expect, test } from "./page.mjs";
import { open, press, timeOf } from "./steps.mjs";

/** How many animation frames the page asks for in a second. */
async function framesInASecond(page) {
  const count = () => page.evaluate(() => window.framesSeen);
  const before = await count();
  await page.waitForTimeout(1_000);
  return (await count()) - before;
}

test("a paused page asks for no animation frames, a playing one does", async ({ page }) => {
  await page.addInitScript(() => {
    window.framesSeen = 0;
    const ask = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (run) => ask((now) => {
      window.framesSeen += 1;
      run(now);
    });
  });
  await open(page);
  await expect.poll(() => framesInASecond(page), "as it opens").toBeLessThanOrEqual(2);
  await press(page, "Play");
  await expect.poll(() => timeOf(page)).toBeGreaterThan(0);
  expect(await framesInASecond(page), "while it plays").toBeGreaterThan(5);
  await press(page, "Pause");
  await expect.poll(() => framesInASecond(page), "paused").toBeLessThanOrEqual(2);
  await press(page, "Step forward");
  await expect.poll(() => framesInASecond(page), "after a step").toBeLessThanOrEqual(2);
});
