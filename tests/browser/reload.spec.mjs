import { expect, test } from "./page.mjs";
import { alert, open, playhead, seek, setup, traceAfter, traceOf, weigh } from "./steps.mjs";

/** Waits until what is open has been written down; it is a moment after the last change. */
async function kept(page, change) {
  const stored = () => page.evaluate(() => localStorage.getItem("quorate.session"));
  const before = await stored();
  await change();
  await expect.poll(stored).not.toBe(before);
}

test("a reload keeps what is open, and where", async ({ quorate: page }) => {
  const before = await traceOf(page);
  await kept(page, () => weigh(page, "S5", 6));
  const trace = await traceAfter(page, before);
  await kept(page, () => seek(page, 740));
  await page.reload();
  expect(await traceOf(page)).toBe(trace);
  await expect(playhead(page)).toHaveAttribute("aria-valuenow", "740");
  await expect(setup(page).getByRole("spinbutton", { name: "Weight of S5" })).toHaveValue("6");
});

test("a link that was changed since does not come back at a reload", async ({ page, baseURL }) => {
  const before = await open(page, "./#scenario=raft/two-leaders");
  await kept(page, () => weigh(page, "S5", 6));
  const trace = await traceAfter(page, before);
  await expect(page).toHaveURL(baseURL);
  await page.reload();
  expect(await traceOf(page)).toBe(trace);
});

test("a browser that keeps nothing is no obstacle", async ({ page }) => {
  await page.addInitScript(() => {
    const denied = () => { throw new DOMException("denied", "SecurityError"); };
    Object.defineProperty(window, "localStorage", { get: denied });
  });
  const before = await open(page);
  await weigh(page, "S5", 6);
  await traceAfter(page, before);
  await page.getByRole("button", { name: /^语言：/ }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await expect(alert(page)).toBeEmpty();
});
