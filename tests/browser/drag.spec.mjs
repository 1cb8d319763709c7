import { expect, test } from "./page.mjs";
import { expectTrace, faults, leaders, node, open, seek, settled, traceAfter, traceOf } from "./steps.mjs";

/** Takes hold of the crash in its middle; `to(ms)` drags it by so many ms. */
async function hold(page) {
  const box = await faults(page).first().locator("rect").first().boundingBox();
  const scale = box.width / 590; // it lasts from 1010 to 1600 ms
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  return (ms) => page.mouse.move(x + ms * scale, y, { steps: 4 });
}

test("dragging a crash changes the outcome while it is dragged, and is undone as one", async ({ page }) => {
  const before = await open(page, "./#scenario=raft/leader-crash");
  await seek(page, 600);
  await expect(node(page, "S1")).toHaveAccessibleName("S1, leader, term 1, weight 3");
  await expect(faults(page)).toHaveAttribute("aria-valuetext", "Crash of S1 from 1010 to 1600 ms");

  const drag = await hold(page);
  await drag(-400);
  const during = await traceAfter(page, before);
  await drag(-800);
  const after = await traceAfter(page, during);
  await page.mouse.up();
  await expect(faults(page)).toHaveAttribute("aria-valuetext", /^Crash of S1 from 2\d\d to [78]\d\d ms$/);
  await expect(node(page, "S1")).toHaveAccessibleName(/^S1, crashed/);
  await expect(leaders(page)).toHaveCount(1);

  // A pointer that is up drags no more.
  await page.mouse.move(700, 700);
  await settled(page);
  expect(await traceOf(page)).toBe(after);

  await page.keyboard.press("Control+z");
  await expectTrace(page, before);
  await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
});

test("an edge of a window resizes it", async ({ page }) => {
  await open(page, "./#scenario=raft/leader-crash");
  const box = await faults(page).first().locator("rect").first().boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, y, { steps: 4 });
  await page.mouse.up();
  await expect(faults(page)).toHaveAttribute("aria-valuetext", /^Crash of S1 from 1010 to 1(29|30|31)\d ms$/);
});

test("the playhead follows a drag over the lanes", async ({ page }) => {
  await open(page, "./#scenario=raft/leader-crash");
  const bars = await faults(page).first().locator("rect").first().boundingBox();
  const y = bars.y + bars.height * 3; // another node's lane
  await page.mouse.move(bars.x, y);
  await page.mouse.down();
  const head = page.getByRole("slider", { name: "Playhead" });
  await expect(head).toHaveAttribute("aria-valuenow", /^10[01]\d$/);
  await page.mouse.move(bars.x + bars.width, y, { steps: 4 });
  await expect(head).toHaveAttribute("aria-valuenow", /^1(59|60)\d$/);
  await page.mouse.up();
});
