import { expect, test } from "./page.mjs";
import { playhead, press, setup, timeOf, transport } from "./steps.mjs";

test("a slider keeps its focus and its value during a run", async ({ quorate: page }) => {
  await press(page, "Play");
  await expect.poll(() => timeOf(page)).toBeGreaterThan(0);
  const slider = setup(page).getByRole("slider", { name: "Weight of S2" });
  await slider.focus();
  for (const weight of ["3", "4", "5"]) {
    const then = await timeOf(page);
    await page.keyboard.press("ArrowRight");
    await expect(slider).toHaveValue(weight);
    await expect.poll(() => timeOf(page), "it goes on playing").toBeGreaterThan(then);
    await expect(slider).toBeFocused();
  }
  await expect(transport(page).getByRole("button", { name: "Pause", exact: true })).toBeVisible();
});

test("what is being typed stays during a run", async ({ quorate: page }) => {
  await press(page, "Play");
  const seed = setup(page).getByRole("spinbutton", { name: "Seed" });
  await seed.fill("");
  await seed.pressSequentially("12");
  const then = await timeOf(page);
  await expect.poll(() => timeOf(page)).toBeGreaterThan(then + 10);
  await seed.pressSequentially("34");
  await expect(seed).toHaveValue("1234");
  await expect(seed).toBeFocused();
});

test("the playhead keeps its focus while it is moved", async ({ quorate: page }) => {
  await playhead(page).focus();
  for (const ms of ["12", "24", "36"]) {
    await page.keyboard.press("ArrowRight");
    await expect(playhead(page)).toHaveAttribute("aria-valuenow", ms);
    await expect(playhead(page)).toBeFocused();
  }
});
