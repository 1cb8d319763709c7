import { expect, test } from "./page.mjs";
import { inspector, open, overflows } from "./steps.mjs";

for (const [locale, views, places] of [
  ["en-GB", "Views", ["Weights", "Faults", "Logs", "Why", "Stage"]],
  ["zh-CN", "视图", ["权重", "故障", "日志", "原因", "画面"]],
]) {
  for (const width of [360, 390]) {
    test(`nothing lies beyond the edge of a phone ${width} px wide (${locale})`, async ({ visitor }) => {
      const page = await visitor({ locale, viewport: { width, height: 760 } });
      await open(page, "./#scenario=raft/leader-crash&t=1300");
      expect(await overflows(page), "as it opens").toEqual([]);
      const bar = page.getByRole("navigation", { name: views });
      for (const place of places) {
        await bar.getByRole("button", { name: place }).click();
        expect(await overflows(page), place).toEqual([]);
        if (place !== places[2]) continue;
        for (const tab of await inspector(page).getByRole("tab").all()) {
          await tab.click();
          expect(await overflows(page), await tab.innerText()).toEqual([]);
        }
      }
    });
  }
}

for (const width of [360, 800, 1024, 1440, 1920]) {
  test(`the page does not scroll, whatever is open, at ${width} × 600`, async ({ visitor }) => {
    const page = await visitor({ viewport: { width, height: 600 } });
    await open(page, "./#scenario=raft/leader-crash&t=1300");
    expect(await overflows(page), "as it opens").toEqual([]);
    for (const name of ["Scenarios", "Share link", "Embed", "Keyboard shortcuts"]) {
      const more = page.getByRole("button", { name: "More" });
      if (await more.isVisible()) await more.click();
      const button = page.getByRole("button", { name, exact: true }).filter({ visible: true });
      if ((await button.count()) === 0) continue;
      await button.click();
      await expect(page.getByRole("dialog")).toBeVisible();
      expect(await overflows(page), name).toEqual([]);
      await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
      await expect(page.getByRole("dialog")).toHaveCount(0);
    }
  });
}
