import { readFileSync } from "node:fs";
import { expect, test } from "./page.mjs";
import { expectTrace, open } from "./steps.mjs";

/** The table that the native and the wasm tests compare with too. */
const table = readFileSync(new URL("../golden/digests.txt", import.meta.url), "utf8");
const gallery = [...table.matchAll(/^(\w+\/\S+) lines=\d+ records=([0-9a-f]{16}) /gm)];

test("every scenario of the gallery gives the trace here that it gives natively", async ({ page }) => {
  expect(gallery.length).toBeGreaterThan(20);
  await open(page);
  for (const [, name, digest] of gallery) {
    await test.step(name, async () => {
      await page.evaluate((name) => { location.hash = `scenario=${name}`; }, name);
      await expectTrace(page, digest);
    });
  }
});
