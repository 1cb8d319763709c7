import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./page.mjs";
import { faults, inspector, open, setup } from "./steps.mjs";

/** No violation, serious or not: in the whole page, or in a part of it that alone has changed. */
async function check(page, view, part) {
  const axe = new AxeBuilder({ page });
  const { violations } = await (part ? axe.include(part) : axe).analyze();
  const lines = violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => {
    const how = failureSummary.split("\n").at(1)?.trim();
    return `${id}: ${target.join(" ")}: ${how}`;
  }));
  expect.soft(lines, view).toEqual([]);
}

const PANEL = "[role=tabpanel]";
const DIALOG = "dialog";
const CRASHED = "#scenario=raft/leader-crash&t=1208";
const either = (en, zh) => new RegExp(`^(${en}|${zh})$`);
const tab = (page, en, zh) => inspector(page).getByRole("tab", { name: either(en, zh) });

// Contrast is a matter of the theme, names of the language: each of both once.
for (const look of [{ colorScheme: "light", locale: "en-GB" }, { colorScheme: "dark", locale: "zh-CN" }]) {
  const { colorScheme, locale } = look;
  test.describe(`axe finds nothing: ${colorScheme}, ${locale}`, () => {
    test("the page, and a message", async ({ visitor }) => {
      const page = await visitor(look);
      await open(page);
      await check(page, "as it opens");
      await open(page, "./#scenario=raft/none");
      await page.reload();
      await expect(page.getByRole("alert").getByRole("paragraph")).toBeVisible();
      await check(page, "a refusal", "[role=alert]");
    });

    test("the inspector", async ({ visitor }) => {
      const page = await visitor(look);
      await open(page, `./${CRASHED}`);
      for (const [en, zh] of [["Logs", "日志"], ["Clients", "客户端"], ["Trace", "轨迹"]]) {
        await tab(page, en, zh).click();
        await check(page, en, PANEL);
      }
      await tab(page, "Logs", "日志").click();
      await inspector(page).getByRole("rowheader").getByRole("button").first().click();
      await check(page, "a node", PANEL);
      await faults(page).first().focus();
      await check(page, "a fault", PANEL);
      await open(page, "./#scenario=raft/leader-crash&t=230");
      await tab(page, "Messages", "消息").click();
      await inspector(page).getByRole("button", { expanded: false }).first().click();
      await check(page, "a message", PANEL);
    });

    test("a broken run, and a protocol without logs", async ({ visitor }) => {
      const page = await visitor(look);
      await open(page, "./#scenario=raft/two-leaders&t=700");
      await check(page, "what is broken");
      await tab(page, "Checks", "检查").click();
      await check(page, "checks", PANEL);
      await open(page, "./#scenario=paxos/two-proposers&t=120");
      await inspector(page).getByRole("tab").first().click();
      await check(page, "states", PANEL);
    });

    test("all of the setup", async ({ visitor }) => {
      const page = await visitor(look);
      await open(page, "./#scenario=raft/figure-8");
      await setup(page).evaluate((setup) => {
        for (const fold of setup.querySelectorAll("details")) fold.open = true;
      });
      await check(page, "every part", ".page-setup");
    });

    test("dialogs", async ({ visitor }) => {
      const page = await visitor(look);
      await open(page);
      for (const [en, zh] of [["Scenarios", "场景"], ["Share link", "分享链接"], ["Embed", "嵌入"], ["Keyboard shortcuts", "键盘快捷键"]]) {
        await page.getByRole("button", { name: either(en, zh) }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await check(page, en, DIALOG);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
      }
      await page.getByRole("button", { name: /^S1[,，]/ }).first().click();
      await expect(page.getByRole("dialog", { name: "S1" })).toBeVisible();
      await check(page, "a node's list", ".page-stage");
    });

    /** The dialog of the searches, at one of its kinds; a way to its buttons. */
    const searches = async (page, ...kind) => {
      await open(page, "./#scenario=paxos/unsafe-thresholds");
      await page.getByRole("button", { name: either("Find a failure", "寻找故障") }).click();
      const inside = (en, zh) => page.getByRole("dialog").getByRole("button", { name: either(en, zh) });
      await inside(...kind).click();
      return inside;
    };

    test("a failure that is found", async ({ visitor }) => {
      const page = await visitor(look);
      const inside = await searches(page, "Find a failure", "寻找故障");
      await check(page, "before a search", DIALOG);
      await inside("Start", "开始").click();
      await expect(inside("Open it", "打开")).toBeVisible();
      await check(page, "a failure", DIALOG);
    });

    test("an exploration", async ({ visitor }) => {
      const page = await visitor(look);
      const inside = await searches(page, "Explore every state", "穷举状态");
      await check(page, "before an exploration", DIALOG);
      await page.getByRole("dialog").getByRole("combobox").selectOption("7");
      const box = (name) => page.getByRole("dialog").getByRole("textbox", { name });
      await page.getByRole("dialog").getByRole("spinbutton").first().fill("2");
      await box(/^Q1/).fill("{{a1},{a2}}");
      await box(/^Q2/).fill("{{a1},{a2}}");
      await inside("Start", "开始").click();
      await expect(page.getByRole("listbox")).toBeVisible();
      await check(page, "a path", DIALOG);
      await box(/^Q2/).fill("{}");
      await inside("Start", "开始").click();
      await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
      await check(page, "a refusal", DIALOG);
    });

    test("a history that is judged", async ({ visitor }) => {
      const page = await visitor(look);
      await searches(page, "Check a history", "检查历史");
      const line = (process, type, f, value) => JSON.stringify({ process, type, f, value });
      const stale = [
        line(0, "invoke", "write", 1), line(0, "ok", "write", 1), line(1, "invoke", "read", null),
        line(1, "ok", "read", null), line(2, "invoke", "write", 2),
      ].join("\n");
      const file = { name: "h.jsonl", mimeType: "text/plain", buffer: Buffer.from(stale) };
      await page.getByRole("dialog").locator("input[type=file]").setInputFiles(file);
      await expect(page.getByRole("dialog").getByRole("img")).toBeVisible();
      await check(page, "a history", DIALOG);
    });

    test("a search that goes on", async ({ visitor }) => {
      const page = await visitor(look);
      const inside = await searches(page, "Explore every state", "穷举状态");
      await page.getByRole("dialog").getByRole("combobox").selectOption("3");
      await page.getByRole("dialog").getByRole("spinbutton").first().fill("3");
      await inside("Start", "开始").click();
      await expect(page.getByRole("progressbar")).toBeVisible();
      await check(page, "while it explores", DIALOG);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await check(page, "the header while it explores", "header");
    });

    const phone = { ...look, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const places = (page) => page.getByRole("navigation", { name: either("Views", "视图") }).getByRole("button");

    test("a phone's stage and setup", async ({ visitor }) => {
      const page = await visitor(phone);
      await open(page, `./${CRASHED}`);
      for (const place of (await places(page).all()).slice(0, 2)) {
        await place.click();
        await check(page, await place.innerText());
      }
    });

    test("a phone's inspector and menu", async ({ visitor }) => {
      const page = await visitor(phone);
      await open(page, `./${CRASHED}`);
      for (const place of (await places(page).all()).slice(2)) {
        await place.click();
        await check(page, await place.innerText());
      }
      await page.getByRole("button", { name: either("More", "更多") }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await check(page, "More", DIALOG);
    });

    test("embedded views", async ({ visitor }) => {
      const page = await visitor({ ...look, viewport: { width: 800, height: 460 } });
      const [lang] = locale.split("-");
      for (const query of ["view=split&controls=full", "view=stage&controls=play", "view=stage&controls=none", "view=lanes&controls=none"]) {
        await open(page, `./?embed&${query}&lang=${lang}${CRASHED}`);
        await check(page, query);
      }
    });
  });
}
