import { expect, test } from "./page.mjs";
import { caption, expectTrace, faults, inspector, node, open, playhead, tab, timeOf, traceAfter, traceOf, transport } from "./steps.mjs";

/** Presses Tab until an element has the focus. */
async function tabTo(page, element, key = "Tab") {
  const there = () => element.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 150; presses += 1) {
    if (await there()) return;
    await page.keyboard.press(key);
  }
  expect(await there(), "Tab leads there").toBe(true);
}

test("playing, stepping and jumping by keys", async ({ quorate: page }) => {
  await page.keyboard.press("Space");
  await expect(transport(page).getByRole("button", { name: "Pause", exact: true })).toBeVisible();
  await expect.poll(() => timeOf(page)).toBeGreaterThan(0);
  await page.keyboard.press("Space");
  await expect(transport(page).getByRole("button", { name: "Play", exact: true })).toBeVisible();

  await page.keyboard.press("Home");
  await expect(playhead(page)).toHaveAttribute("aria-valuenow", "0");
  await page.keyboard.press("n");
  await expect.poll(() => timeOf(page)).toBeGreaterThan(0);
  const notable = await caption(page).textContent();
  await page.keyboard.press("ArrowRight");
  await expect(caption(page)).not.toHaveText(notable);
  await page.keyboard.press("ArrowLeft");
  await expect(caption(page)).toHaveText(notable);
  await page.keyboard.press("End");
  await expect(playhead(page)).toHaveAttribute("aria-valuenow", "2400");
});

test("the first stop leads past the panels to the timeline", async ({ quorate: page }) => {
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the timeline" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(transport(page).getByRole("button").first()).toBeFocused();
});

test("a node is crashed and brought back without a pointer", async ({ quorate: page }) => {
  const before = await traceOf(page);
  await tabTo(page, node(page, "S1"));
  await page.keyboard.press("ArrowRight");
  await expect(node(page, "S2")).toBeFocused();
  await page.keyboard.press("Enter");
  const list = page.getByRole("dialog", { name: "S2" });
  await expect(list.getByRole("button", { name: "Crash" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(list).toHaveCount(0);
  await expect(node(page, "S2")).toBeFocused();
  await expect(tab(page, "S2")).toHaveAttribute("aria-selected", "true");

  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await traceAfter(page, before);
  await expect(node(page, "S2")).toHaveAccessibleName(/^S2, crashed/);
  await expect(node(page, "S2")).toBeFocused();
  await page.keyboard.press("Control+z");
  await expectTrace(page, before);
  await page.keyboard.press("c");
  await expect(node(page, "S2")).toHaveAccessibleName(/^S2, crashed/);
});

test("a fault is moved, resized, switched and removed by keys", async ({ quorate: page }) => {
  const before = await traceOf(page);
  const fault = faults(page);
  await tabTo(page, fault);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(fault).toHaveAttribute("aria-valuetext", "Crash of S1 from 990 to 1580 ms");
  await page.keyboard.press("Shift+ArrowRight");
  await expect(fault).toHaveAttribute("aria-valuetext", "Crash of S1 from 990 to 1590 ms");
  await expect(fault).toBeFocused();
  const moved = await traceAfter(page, before);
  await page.keyboard.press("e");
  await expect(fault).toHaveAttribute("aria-valuetext", /switched off$/);
  const healthy = await traceAfter(page, moved);
  await page.keyboard.press("Delete");
  await expect(faults(page)).toHaveCount(0);
  await expectTrace(page, healthy);
  for (let changes = 3; changes > 0; changes -= 1) await page.keyboard.press("Control+z");
  await expectTrace(page, before);
});

test("a dialog holds the focus, Escape closes it, and the focus is back where it was", async ({ quorate: page }) => {
  const scenarios = page.getByRole("button", { name: "Scenarios" });
  await tabTo(page, scenarios);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Scenarios" });
  await expect(dialog).toBeVisible();
  for (let stops = 0; stops < 4; stops += 1) {
    await page.keyboard.press("Shift+Tab");
    const outside = await dialog.evaluate((box) => {
      const here = document.activeElement;
      return here !== document.body && !box.contains(here);
    });
    expect(outside, "the focus is behind the dialog").toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(scenarios).toBeFocused();

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
});

test("a scenario is opened from the gallery by keys", async ({ quorate: page }) => {
  const before = await traceOf(page);
  await tabTo(page, page.getByRole("button", { name: "Scenarios" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("dialog").getByRole("button", { name: /^Half is not a majority/ }));
  await page.keyboard.press("Enter");
  await traceAfter(page, before);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveTitle(/^Half is not a majority/);
});

test("the gallery opens at the protocol that is open, and a name leads to another", async ({ page }) => {
  await open(page, "./#scenario=zab/primary-order");
  await page.getByRole("button", { name: "Scenarios" }).click();
  const dialog = page.getByRole("dialog");
  const heading = (name) => dialog.getByRole("heading", { name, exact: true });
  await expect(heading("Zab")).toBeInViewport();
  await expect(heading("Average consensus")).not.toBeInViewport();
  await dialog.getByRole("button", { name: "Average consensus", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(heading("Average consensus")).toBeFocused();
  await expect(heading("Average consensus")).toBeInViewport();
  await page.keyboard.press("Tab");
  const group = dialog.getByRole("region", { name: "Average consensus", exact: true });
  await expect(group.getByRole("button").first()).toBeFocused();
});

test("arrow keys go through the inspector's tabs", async ({ page }) => {
  await open(page, "./#scenario=raft/leader-crash&t=1200");
  await tabTo(page, tab(page, "Logs"));
  const names = ["Node", "Messages", "Checks", "Clients", "Faults", "Trace", "Logs"];
  for (const name of names) {
    await page.keyboard.press("ArrowRight");
    await expect(tab(page, name)).toBeFocused();
    await expect(inspector(page).getByRole("tabpanel", { name })).toBeVisible();
  }
});
