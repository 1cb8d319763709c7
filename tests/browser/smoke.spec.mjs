import { expect, test } from "./page.mjs";
import { alert, open, stage } from "./steps.mjs";

test("the page starts below a sub-path, and its console stays empty", async ({ quorate }) => {
  await expect(quorate).toHaveTitle("The leader crashes mid-replication · Quorate");
  await expect(stage(quorate)).toBeVisible();
  await expect(alert(quorate)).toBeEmpty();
});

test("the page starts under a policy that forbids inline scripts and styles", async ({ page }) => {
  await page.route("**/path/", async (route) => {
    const response = await route.fetch();
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
    const headers = { ...response.headers(), "content-security-policy": policy };
    await route.fulfill({ response, headers });
  });
  await open(page);
  await expect(alert(page)).toBeEmpty();
});

test("a failed start is said in the page", async ({ page, complaints }) => {
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("./");
  await expect(alert(page)).toContainText("Quorate has stopped");
  await expect(page.getByRole("button", { name: "Reload" })).toBeVisible();
  complaints.length = 0;
});

test("without scripts the page says what it needs", async ({ visitor }) => {
  const page = await visitor({ javaScriptEnabled: false });
  await page.goto("./");
  await expect(page.locator("noscript p")).toBeVisible();
});
