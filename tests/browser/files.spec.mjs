import { readFile } from "node:fs/promises";
import { expect, test } from "./page.mjs";
import { alert, expectTrace, open, stage, traceAfter, traceOf, weigh } from "./steps.mjs";

async function save(page) {
  await page.getByRole("button", { name: "Share link" }).click();
  const coming = page.waitForEvent("download");
  await page.getByRole("dialog").getByRole("button", { name: "Save as a file" }).click();
  const file = await coming;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

async function load(page, text) {
  await page.getByRole("button", { name: "Share link" }).click();
  const file = { name: "scenario.json", mimeType: "application/json", buffer: Buffer.from(text) };
  await page.getByRole("dialog").getByLabel("Open a file…").setInputFiles(file);
}

test("what is saved as a file opens elsewhere as the same run", async ({ page, visitor }) => {
  const before = await open(page, "./#scenario=raft/two-leaders");
  await weigh(page, "S5", 4);
  const trace = await traceAfter(page, before);
  const file = await save(page);
  expect(file.name).toMatch(/^quorate-.*\.json$/);
  expect(JSON.parse(file.text)).toMatchObject({ version: 1, protocol: "raft", weights: [3, 2, 1, 1, 4] });

  const other = await visitor();
  await open(other);
  await load(other, file.text);
  await expectTrace(other, trace);
  await expect(other.getByRole("dialog")).toHaveCount(0);
});

test("a file that is dropped on the page is opened", async ({ quorate: page }) => {
  const before = await traceOf(page);
  const text = JSON.stringify({ version: 1, protocol: "raft", nodes: 3, title: { en: "Dropped" }, duration: 500 });
  const data = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "dropped.json", { type: "application/json" }));
    return data;
  }, text);
  await stage(page).dispatchEvent("dragover", { dataTransfer: data });
  await stage(page).dispatchEvent("drop", { dataTransfer: data });
  await traceAfter(page, before);
  await expect(page).toHaveTitle("Dropped · Quorate");
});

test("a file that is none is refused in a sentence that names the place", async ({ quorate: page }) => {
  const before = await traceOf(page);
  await load(page, JSON.stringify({ version: 1, protocol: "raft", network: { delay: -4 } }));
  await expect(alert(page)).toContainText("Not opened. `network.delay` should be");
  await expect(alert(page).getByRole("paragraph")).toHaveCount(1);
  expect(await traceOf(page)).toBe(before);

  await load(page, "\u0000\u0001 no text at all");
  await expect(alert(page)).toContainText("Not opened. The document should be");
  expect(await traceOf(page)).toBe(before);
});
