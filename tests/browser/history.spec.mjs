import { expect, test } from "./page.mjs";
import { alert, open, stage, traceOf } from "./steps.mjs";

const dialog = (page) => page.getByRole("dialog", { name: "Check a history" });

/** Lines of our own format. */
const lines = (...events) => events.map(([process, type, f, value = null]) => JSON.stringify({ process, type, f, value })).join("\n");
const FINE = lines([0, "invoke", "write", 1], [1, "invoke", "read"], [1, "ok", "read", 1], [0, "ok", "write", 1]);
const STALE = lines(
  [0, "invoke", "write", 1], [0, "ok", "write", 1], [1, "invoke", "read"], [1, "ok", "read", null],
  [2, "invoke", "write", 7],
);

async function drop(page, name, text) {
  const data = await page.evaluateHandle(([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    return data;
  }, [name, text]);
  await stage(page).dispatchEvent("dragover", { dataTransfer: data });
  await stage(page).dispatchEvent("drop", { dataTransfer: data });
}

async function choose(page, text) {
  await page.getByRole("button", { name: "Find a failure" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Check a history" }).click();
  const file = { name: "history.txt", mimeType: "text/plain", buffer: Buffer.from(text) };
  await dialog(page).getByLabel("Open a history…").setInputFiles(file);
}

test("a history that is dropped on the page is judged", async ({ quorate: page }) => {
  const before = await traceOf(page);
  await drop(page, "run.jsonl", STALE);
  await expect(dialog(page)).toContainText("Not linearizable");
  const list = dialog(page).getByRole("region", { name: "Operations that cannot be ordered" });
  await expect(list.getByRole("listitem").filter({ hasText: "P1" })).toContainText("read");
  await expect(dialog(page).getByRole("img", { name: "3 operations by process" })).toBeVisible();
  await page.keyboard.press("Escape");
  expect(await traceOf(page)).toBe(before);
});

test("each format is read as it looks", async ({ quorate: page }) => {
  await choose(page, FINE);
  await expect(dialog(page)).toContainText("Linearizable");
  await expect(dialog(page)).toContainText("jsonl");
  const events = [":invoke\t:write\t3", ":ok\t:write\t3", ":invoke\t:read\tnil", ":ok\t:read\t3"];
  const etcd = events.map((event) => `INFO  jepsen.util - 0\t${event}`).join("\n");
  const edn = events.map((event) => {
    const [type, f, value] = event.split("\t");
    return `{:process 0, :type ${type}, :f ${f}, :value ${value}}`;
  }).join("\n");
  for (const [format, text] of [["etcd", etcd], ["knossos", edn]]) {
    await dialog(page).getByLabel("Open a history…").setInputFiles({ name: "h", mimeType: "text/plain", buffer: Buffer.from(text) });
    await expect(dialog(page).locator(".figure").filter({ hasText: "Format" })).toContainText(format);
    await expect(dialog(page).locator(".card")).toContainText("Linearizable");
  }
});

test("a bad history is refused in one sentence, and the session stays", async ({ page }) => {
  const before = await open(page, "./#scenario=raft/two-leaders");
  await choose(page, lines([0, "ok", "write", 1]));
  await expect(dialog(page).getByRole("alert")).toContainText(/^Line 1: /);
  await dialog(page).getByLabel("Open a history…").setInputFiles({ name: "h", mimeType: "text/plain", buffer: Buffer.from("\u0000nothing") });
  await expect(dialog(page).getByRole("alert")).toContainText("expected a history");
  await page.keyboard.press("Escape");
  expect(await traceOf(page)).toBe(before);

  await drop(page, "cut.edn", "{:process 0, :type :invoke, :f :write, :value");
  await expect(dialog(page).getByRole("alert")).toContainText(/^Line 1: /);
  await page.keyboard.press("Escape");
  await drop(page, "numbers.json", "[1, 2, 3]");
  await expect(alert(page).getByRole("paragraph")).toContainText("Not opened. The document should be");
  expect(await traceOf(page)).toBe(before);
});
