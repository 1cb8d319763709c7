import { expect, test } from "./page.mjs";
import { inspector, open, seek, tab } from "./steps.mjs";

const lanes = (page) => inspector(page).getByRole("group", { name: /operations from .* a lane for each client/ });

test("each client has a lane, and each operation a bar and a moment at which it takes effect", async ({ page }) => {
  await open(page, "./#scenario=raft/partitioned-leader");
  await tab(page, "Clients").click();
  await seek(page, 1200);
  await expect(lanes(page)).toBeVisible();
  await expect(lanes(page).locator(".op-names text")).toHaveText(["c1", "c2"]);
  await expect(lanes(page).locator(".op.done").first()).toBeAttached();
  await expect(lanes(page).locator(".op.waiting").first()).toBeAttached();
  await expect(lanes(page).locator(".op-point").first()).toBeAttached();
  await expect(inspector(page)).toContainText(/Linearizable: holds/);
  // What is drawn is listed for who cannot see it.
  await expect(inspector(page).getByRole("row", { name: /^c1\.1 / })).toBeVisible();
});

test("a longer time shows more of them, and the window follows the playhead", async ({ page }) => {
  await open(page, "./#scenario=raft/leader-crash");
  await tab(page, "Clients").click();
  await seek(page, 1000);
  const before = await lanes(page).locator(".op").count();
  await inspector(page).getByRole("button", { name: "Show a longer time" }).click();
  await expect.poll(() => lanes(page).locator(".op").count()).toBeGreaterThan(before);
  const name = await lanes(page).getAttribute("aria-label");
  await seek(page, 2300);
  await expect(lanes(page)).not.toHaveAttribute("aria-label", name);
});

test("what no order explains is framed and marked, and can be gone to", async ({ page }) => {
  await open(page, "./#scenario=paxos/unsafe-thresholds");
  await tab(page, "Clients").click();
  await expect(inspector(page)).toContainText(/Linearizable: holds here; breaks at 102/);
  await inspector(page).getByRole("button", { name: "Go to where it breaks" }).click();
  await expect(inspector(page)).toContainText(/Linearizable: broken since 102/);
  await expect(inspector(page)).toContainText(/No order of the operations explains c2 x=b → ok/);
  await expect(lanes(page).locator(".op.unordered")).toHaveCount(2);
  await expect(lanes(page).locator(".op.unordered").first()).toContainText("✕ x=a");
});
