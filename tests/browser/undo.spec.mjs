import { expect, test } from "./page.mjs";
import { expectTrace, open, press, seek, setup, traceAfter, traceOf, weigh } from "./steps.mjs";

test("every change is taken back and made again in order", async ({ quorate: page }) => {
  const undo = page.getByRole("button", { name: "Undo" });
  const redo = page.getByRole("button", { name: "Redo" });
  const traces = [await traceOf(page)];
  await expect(undo).toBeDisabled();
  await weigh(page, "S3", 4);
  traces.push(await traceAfter(page, traces.at(-1)));
  await seek(page, 480);
  await press(page, "Add a fault: Crash");
  traces.push(await traceAfter(page, traces.at(-1)));

  for (const trace of [traces[1], traces[0]]) {
    await undo.click();
    await expectTrace(page, trace);
  }
  await expect(undo).toBeDisabled();
  for (const trace of [traces[1], traces[2]]) {
    await redo.click();
    await expectTrace(page, trace);
  }
  await expect(redo).toBeDisabled();
  await page.keyboard.press("Control+z");
  await expectTrace(page, traces[1]);
  await page.keyboard.press("Control+Shift+z");
  await expectTrace(page, traces[2]);
});

test("a slider's way is one step back", async ({ quorate: page }) => {
  const before = await traceOf(page);
  const slider = setup(page).getByRole("slider", { name: "Weight of S2" });
  const box = await slider.boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 10, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, y, { steps: 6 });
  await page.mouse.move(box.x + box.width - 4, y, { steps: 6 });
  await page.mouse.up();
  await expect(slider).toHaveValue("10");
  await traceAfter(page, before);
  await page.getByRole("button", { name: "Undo" }).click();
  await expectTrace(page, before);
  await expect(slider).toHaveValue("2");
  await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
});

test("what was edited goes back to how it was opened, and that is undone too", async ({ page }) => {
  const before = await open(page, "./#scenario=raft/leader-crash");
  const edited = page.getByRole("banner").getByRole("button", { name: "edited" });
  await expect(edited).toHaveCount(0);
  await weigh(page, "S3", 4);
  await weigh(page, "S4", 4);
  const after = await traceAfter(page, before);
  await edited.click();
  await expectTrace(page, before);
  await expect(edited).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expectTrace(page, after);
});
