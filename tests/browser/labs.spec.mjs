import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./page.mjs";
import { open, overflows, press, seek, setup, stage, timeOf, traceOf } from "./steps.mjs";

const beside = (page) => setup(page).getByRole("combobox", { name: /^(Beside it|并排)$/ });
const labs = (page) => stage(page).getByRole("region", { name: /^(Stage of|.+ 舞台$)/ });
const strips = (page) => page.getByRole("region", { name: /^(Requests, on one clock|同一时钟下的请求)$/ });
const dialog = (page) => page.getByRole("dialog");

async function clean(page, view, part) {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  const lines = violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  expect.soft(lines, view).toEqual([]);
}

test("a second protocol stands beside the first, by one clock, and goes again", async ({ page }) => {
  await open(page, "./#scenario=raft/partitioned-leader");
  await expect(labs(page)).toHaveCount(0);
  await beside(page).selectOption("Paxos");
  await expect(labs(page)).toHaveCount(2);
  await traceOf(page);
  await seek(page, 700);
  const strip = strips(page).getByRole("img", { name: /^Raft, up to now: \d+ answered, \d+ refused/ });
  await expect(strip).toBeVisible();
  await expect(strips(page).getByRole("img", { name: /^Paxos, up to now:/ })).toBeVisible();
  await press(page, "Step forward");
  await expect.poll(() => timeOf(page)).toBeGreaterThanOrEqual(700);

  // The one that is looked at is the one of the panels.
  const paxos = labs(page).nth(1).getByRole("button", { name: "Paxos", exact: true });
  await paxos.click();
  await expect(paxos).toHaveAttribute("aria-pressed", "true");
  await expect(setup(page).getByRole("heading", { name: "Protocol: Paxos" })).toBeVisible();
  const before = await traceOf(page);

  // A reload and a link carry both.
  await page.waitForTimeout(900);
  await open(page, "./");
  await expect(labs(page)).toHaveCount(2);
  await labs(page).nth(1).getByRole("button", { name: "Paxos", exact: true }).click();
  await expect(page.locator("[data-trace]")).toHaveAttribute("data-trace", before);
  await page.getByRole("button", { name: "Close Paxos beside it" }).click();
  await expect(labs(page)).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(labs(page)).toHaveCount(2);
});

test("faults are those of both", async ({ page }) => {
  await open(page, "./#scenario=raft/first-election&t=100");
  await beside(page).selectOption("Paxos");
  const nodes = (place) => labs(page).nth(place).getByRole("button", { name: /^S2,/ });
  await nodes(1).click();
  await dialog(page).getByRole("button", { name: "Crash" }).click();
  for (const place of [0, 1]) await expect(nodes(place)).toHaveAccessibleName(/^S2, down|crash/i);
});

test("protocols are compared, and one of them opens beside what is open", async ({ page }) => {
  await open(page, "./#scenario=raft/partitioned-leader");
  await setup(page).getByRole("button", { name: "Compare several…" }).click();
  await dialog(page).getByRole("button", { name: "None" }).click();
  for (const name of ["Raft", "Paxos"]) await dialog(page).getByRole("switch", { name, exact: true }).check();
  await dialog(page).getByRole("button", { name: "Compare", exact: true }).click();
  await expect(dialog(page)).toContainText("2 protocols compared");
  const rows = dialog(page).getByRole("row");
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText("nothing");
  await clean(page, "the comparison", "dialog");
  await rows.nth(2).getByRole("button", { name: /^Paxos side by side/ }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(labs(page)).toHaveCount(2);
});

test("the catalogue says what solves what, and opens a first scenario", async ({ page }) => {
  await open(page, "./#scenario=raft/leader-crash");
  await page.getByRole("button", { name: "Protocols", exact: true }).click();
  const about = dialog(page).getByRole("region", { name: "Paxos", exact: true });
  await expect(about).toContainText("Often misread");
  await clean(page, "the catalogue", "dialog");
  await about.getByRole("button", { name: /^Open “/ }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(page.getByRole("banner")).toContainText("Paxos");
  await expect(page).toHaveTitle(/^Two proposers/);
});

for (const [colorScheme, locale, width, height] of [["light", "en-GB", 1024, 768], ["dark", "zh-CN", 390, 844]]) {
  test(`two labs fit ${width} × ${height}`, async ({ visitor }) => {
    const page = await visitor({ colorScheme, locale, viewport: { width, height } });
    await open(page, "./#scenario=raft/cap&t=1200");
    await expect(labs(page)).toHaveCount(2);
    await expect(strips(page).getByRole("img")).toHaveCount(2);
    expect(await overflows(page)).toEqual([]);
    await clean(page, "two labs", ".page-stage");
  });
}
