import { expect, test } from "./page.mjs";
import { open, traceOf } from "./steps.mjs";

/** How light the page's ground is, from 0 to 255. */
function lightness(page) {
  return page.evaluate(() => {
    const pen = new OffscreenCanvas(1, 1).getContext("2d");
    pen.fillStyle = getComputedStyle(document.body).backgroundColor;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
    return Math.round((red + green + blue) / 3);
  });
}

/** How light the painted lanes are: a canvas knows no style sheet. */
function painted(page) {
  return page.locator("#timeline canvas").evaluate((canvas) => {
    const { width, height } = canvas;
    // Read from a copy: reading a canvas over and over makes the browser warn.
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum += data[at] * 3 + data[at + 1] * 5 + data[at + 2] * 7 + data[at + 3];
    return sum;
  });
}

test("the colours follow the system, and the button overrules it for good", async ({ visitor }) => {
  const page = await visitor({ colorScheme: "dark" });
  await open(page);
  expect(await lightness(page)).toBeLessThan(60);
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(() => lightness(page)).toBeGreaterThan(220);

  await page.getByRole("button", { name: "Colours: as the system" }).click();
  await page.getByRole("button", { name: "Colours: light" }).click();
  await expect(page.getByRole("button", { name: "Colours: dark" })).toBeVisible();
  await expect.poll(() => lightness(page)).toBeLessThan(60);
  await page.reload();
  await traceOf(page);
  expect(await lightness(page)).toBeLessThan(60);
});

test("what is painted takes the new colours too, paused as it is", async ({ quorate: page }) => {
  const light = await painted(page);
  expect(light).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Colours: as the system" }).click();
  await page.getByRole("button", { name: "Colours: light" }).click();
  await expect.poll(() => painted(page)).not.toBe(light);
  const dark = await painted(page);
  await page.getByRole("button", { name: "Colours: dark" }).click();
  await expect.poll(() => painted(page)).toBe(light);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(() => painted(page)).toBe(dark);
});
