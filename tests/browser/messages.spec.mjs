import { expect, test } from "./page.mjs";
import { expectTrace, inspector, node, open, tab, traceAfter } from "./steps.mjs";

/** Just after S1's first requests for votes have set out. */
const ASKING = "./#scenario=raft/leader-crash&t=230";

/** The first message of a kind that is under way, opened in its list. */
async function firstMessage(page, name) {
  await tab(page, "Messages").click();
  const message = inspector(page).getByRole("button", { name });
  await message.first().click();
  await expect(inspector(page).getByRole("button", { expanded: true })).toHaveCount(1);
}

const changes = {
  "Drop": /^m\d+ is dropped at 230/,
  "Deliver now": /^m\d+ is delivered at 230/,
  "Delay 50 ms": /^m\d+ takes 50 ms longer/,
  "Duplicate": /^m\d+ arrives again 50 ms later/,
};

for (const [name, told] of Object.entries(changes)) {
  test(`${name}: a message that is touched changes the run, and that is noted and taken back`, async ({ page }) => {
    const before = await open(page, ASKING);
    await firstMessage(page, /^\w+ S\d to S\d, term \d, \d+ % of the way$/);
    await inspector(page).getByRole("button", { name, exact: true }).click();
    await traceAfter(page, before);
    await tab(page, "Faults").click();
    const hand = inspector(page).getByRole("listitem").filter({ hasText: told });
    await expect(hand).toHaveCount(1);
    await hand.getByRole("button", { name: /^Remove m/ }).click();
    await expectTrace(page, before);
  });
}

test("a message is touched on the stage, with either button", async ({ page }) => {
  const before = await open(page, ASKING);
  // Along the line between two nodes there is a message somewhere.
  const [from, to] = [await node(page, "S1").boundingBox(), await node(page, "S2").boundingBox()];
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const [[x, y], [u, v]] = [middle(from), middle(to)];
  const list = page.getByRole("dialog");
  await expect(async () => {
    for (let part = 0.2; part < 0.85; part += 0.05) {
      await page.mouse.click(x + (u - x) * part, y + (v - y) * part, { button: "right" });
      if (await list.isVisible()) break;
    }
    await expect(list.getByRole("button", { name: "Drop" })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 10_000 });
  await list.getByRole("button", { name: "Drop" }).click();
  await traceAfter(page, before);
  await expect(list).toHaveCount(0);
});
