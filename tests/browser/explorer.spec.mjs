import { expect, test } from "./page.mjs";
import { open, traceAfter, traceOf } from "./steps.mjs";

const dialog = (page) => page.getByRole("dialog");
const inDialog = (page, name) => dialog(page).getByRole("button", { name, exact: true });
const what = (page) => dialog(page).getByRole("combobox", { name: "What to explore" });
const figure = (page, name) => dialog(page).locator(".figure").filter({ hasText: name }).locator("dd");

async function explore(page, model) {
  await page.getByRole("button", { name: "Find a failure" }).click();
  await inDialog(page, "Explore every state").click();
  if (model) await what(page).selectOption({ label: model });
}

test("a specification is explored to its end", async ({ quorate: page }) => {
  await explore(page, "Two-phase commit");
  await inDialog(page, "Start").click();
  await expect(dialog(page)).toContainText("Every state that can be reached was visited.");
  await expect(figure(page, "Distinct states")).toHaveText("288");
  await expect(figure(page, "Generated")).toHaveText("1 146");
  await expect(figure(page, "Depth")).toHaveText("11");
  await expect(dialog(page).getByRole("listitem").filter({ hasText: "Consistency" })).toContainText("holds in every state");

  await dialog(page).getByRole("spinbutton", { name: "Resource managers" }).fill("4");
  await inDialog(page, "Start").click();
  await expect(figure(page, "Distinct states")).toHaveText("1 568");
});

test("quorums that do not meet give a path, to be gone through with the keys", async ({ quorate: page }) => {
  await explore(page, "Flexible Paxos");
  const box = (name) => dialog(page).getByRole("textbox", { name });
  await dialog(page).getByRole("spinbutton", { name: "Acceptors" }).fill("2");
  await box(/^Q1:/).fill("{{a1},{a2}}");
  await box(/^Q2:/).fill("{{a1},{a2}}");
  await inDialog(page, "Start").click();
  await expect(dialog(page)).toContainText("A property is broken; no shorter run breaks any.");
  const steps = dialog(page).getByRole("listbox", { name: "The shortest violation" });
  const state = dialog(page).getByRole("group", { name: "The state after this step" });
  const first = await state.textContent();
  await steps.press("ArrowDown");
  await expect(steps.getByRole("option", { selected: true })).toHaveText(/^1\. /);
  await expect(state).not.toHaveText(first);
  await steps.press("End");
  await expect(steps.getByRole("option").last()).toHaveAttribute("aria-selected", "true");
});

test("a violation of the open set-up opens in the player", async ({ page }) => {
  const before = await open(page, "./#scenario=vote/counts-twice");
  await explore(page);
  await inDialog(page, "Start").click();
  await expect(inDialog(page, "Open it")).toBeVisible();
  await inDialog(page, "Open it").click();
  await expect(dialog(page)).toHaveCount(0);
  await traceAfter(page, before);
  await page.keyboard.press("End");
  await expect(page.getByRole("banner").getByRole("button", { name: /broken/ })).toBeVisible();
});

test("constants that are none are refused in a sentence", async ({ quorate: page }) => {
  const before = await traceOf(page);
  await explore(page, "Flexible Paxos");
  await dialog(page).getByRole("textbox", { name: /^Q1:/ }).fill("{{a1},{a9}}");
  await inDialog(page, "Start").click();
  await expect(dialog(page).getByRole("alert")).toContainText("A quorum system is written as");
  expect(await traceOf(page)).toBe(before);
});

test("cancelling keeps what was counted and frees the worker", async ({ quorate: page }) => {
  await explore(page, "Paxos Commit");
  await dialog(page).getByRole("spinbutton", { name: "Resource managers" }).fill("3");
  await inDialog(page, "Start").click();
  await expect.poll(async () => (await figure(page, "Distinct states").textContent())?.length).toBeGreaterThan(3);
  await inDialog(page, "Cancel").click();
  await expect(dialog(page)).toContainText("Cancelled: what was found holds as far as it was looked at.");
  expect(page.workers()).toHaveLength(0);
});
