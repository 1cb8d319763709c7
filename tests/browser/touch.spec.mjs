import { expect, test } from "./page.mjs";
import { expectTrace, leaders, node, open, stage, traceAfter, transport } from "./steps.mjs";

const phone = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

test("a tap on a node offers what can be done to it, and a crash works", async ({ visitor }) => {
  const page = await visitor(phone);
  const before = await open(page, "./#scenario=raft/leader-crash&t=600");
  await expect(leaders(page)).toHaveAccessibleName(/^S1/);
  await node(page, "S1").tap();
  const list = page.getByRole("dialog", { name: "S1" });
  await expect(list).toBeVisible();
  const box = await list.boundingBox();
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  await list.getByRole("button", { name: "Crash" }).tap();
  await traceAfter(page, before);
  await expect(node(page, "S1")).toHaveAccessibleName(/^S1, crashed/);
  await expect(list).toHaveCount(0);

  await node(page, "S1").tap();
  await expect(list.getByRole("button", { name: "Restart" })).toBeVisible();
  await list.getByRole("button", { name: "Close" }).tap();
  await expect(list).toHaveCount(0);
});

test("a phone has every place in its bar, and undo behind More", async ({ visitor }) => {
  const page = await visitor(phone);
  const before = await open(page);
  const bar = page.getByRole("navigation", { name: "Views" });
  await bar.getByRole("button", { name: "Weights" }).tap();
  const box = page.getByRole("spinbutton", { name: "Weight of S5" });
  await expect(box).toBeVisible();
  await box.fill("7");
  await box.press("Enter");
  await traceAfter(page, before);
  await bar.getByRole("button", { name: "Faults" }).tap();
  await expect(page.getByRole("heading", { name: "What breaks when" })).toBeVisible();
  await bar.getByRole("button", { name: "Why" }).tap();
  await expect(page.getByRole("heading", { name: "Why this just happened" })).toBeVisible();
  await bar.getByRole("button", { name: "Stage" }).tap();
  await expect(stage(page)).toBeVisible();

  await page.getByRole("button", { name: "More" }).tap();
  await page.getByRole("dialog").getByRole("button", { name: "Undo" }).tap();
  await expectTrace(page, before);
});

test("where no node keeps a log, a phone's bar leads to the state", async ({ visitor }) => {
  const page = await visitor(phone);
  await open(page, "./#scenario=version-store/siblings&t=1060");
  const bar = page.getByRole("navigation", { name: "Views" });
  await expect(bar.getByRole("button", { name: "Logs" })).toHaveCount(0);
  await bar.getByRole("button", { name: "State" }).tap();
  await expect(page.getByRole("tab", { name: "State" })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("group", { name: "Keys", exact: true })).toBeVisible();
});

test("a finger plays and pauses", async ({ visitor }) => {
  const page = await visitor(phone);
  await open(page);
  await stage(page).getByRole("button", { name: "Play" }).tap();
  const pause = transport(page).getByRole("button", { name: "Pause", exact: true });
  await pause.tap();
  await expect(pause).toHaveCount(0);
});
