import { expect, test } from "./page.mjs";
import { alert, linkTo, open, settled, traceOf } from "./steps.mjs";

const plain = { version: 1, protocol: "raft" };
const links = {
  "a damaged link": ["#s=1.XY1NC8IwDIb", "`#s` should be a whole link of Quorate"],
  "a link of a later version": ["#s=7.abc", "`#s` should be a link of version 1"],
  "the name of no scenario": ["#scenario=raft/none", "`#scenario` should be the name of a scenario"],
  "a moment that is none": ["#scenario=raft/leader-crash&t=noon", "`#t` should be a time in ms, not \"noon\"."],
  "no JSON": [linkTo("{\"version\": 1"), "The document should be"],
  "a weight out of bounds": [linkTo({ ...plain, weights: [1, -1, 1] }), "`weights[1]` should be"],
  "a window that ends before it begins": [
    linkTo({ ...plain, faults: [{ crash: "S1", from: 10 }, { crash: "S2", from: 50, until: 20 }] }),
    "`faults[1].until` should be a time after `from`",
  ],
  "a field that nobody knows": [linkTo({ ...plain, colour: "red" }), "`colour` is no field that is known here"],
  "a node that is not there": [linkTo({ ...plain, nodes: 3, faults: [{ crash: "S9", from: 1 }] }), "`faults[0].crash` should be"],
};

/** One message, of one sentence, after words of its own. */
async function expectRefusal(page, beginning, sentence) {
  await expect(alert(page).getByRole("paragraph")).toHaveCount(1);
  const text = await alert(page).getByRole("paragraph").innerText();
  expect(text.trim()).toContain(`${beginning} ${sentence}`);
  expect(text.trim()).toMatch(/\.$/);
  expect(text.length).toBeLessThan(900);
}

for (const [what, [link, sentence]] of Object.entries(links)) {
  test(`${what} is refused in a sentence, and what was there stays`, async ({ page }) => {
    const before = await open(page, "./#scenario=raft/two-leaders&t=300");
    await page.evaluate((link) => { location.hash = link; }, link);
    await expectRefusal(page, "Not opened.", sentence);
    await settled(page);
    expect(await traceOf(page)).toBe(before);
    await expect(page).toHaveTitle(/^Half is not a majority/);
  });
}

test("a page that is opened by a bad link says so and opens what it would have without", async ({ page }) => {
  await open(page, "./#scenario=raft/none");
  await expectRefusal(page, "Not opened.", "`#scenario` should be");
  await expect(page).toHaveTitle(/^The leader crashes/);
});

test("a stored session that cannot be read is said once and forgotten", async ({ page }) => {
  await open(page);
  await page.evaluate(() => localStorage.setItem("quorate.session", "#s=1.AAAA"));
  await page.reload();
  await traceOf(page);
  await expectRefusal(page, "What was open last time could not be read; starting afresh.", "`#s` should be");
  await page.reload();
  await traceOf(page);
  await expect(alert(page)).toBeEmpty();
});

test("a refusal is in the page's language", async ({ visitor }) => {
  const page = await visitor({ locale: "zh-CN" });
  await open(page, links["a weight out of bounds"][0].replace("#", "./#"));
  await expect(alert(page)).toContainText("未能打开。`weights[1]` 应为");
});
