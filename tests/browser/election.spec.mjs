import { expect, test } from "./page.mjs";
import { caption, inspector, leaders, open, stage } from "./steps.mjs";

test("one press on Play, and a leader is elected and the page says why", async ({ page }) => {
  await open(page, "./#scenario=raft/first-election");
  await expect(leaders(page)).toHaveCount(0);
  const hint = caption(page);
  await expect(hint).toContainText("none has heard of a leader");

  await stage(page).getByRole("button", { name: "Play" }).click();
  await expect(leaders(page)).toHaveCount(1, { timeout: 20_000 });
  await expect(hint).toContainText(/S\d/);
  const why = inspector(page).getByRole("region", { name: "Why this just happened" });
  await expect(why).toContainText(/leader/);
  await expect(why).toContainText(/Raft §/);
});
