import { expect, test } from "./page.mjs";
import { alert, caption, open, press, tab, traceOf } from "./steps.mjs";

/** English that stands in the page or is said by it, without names that are the same in every language. */
function english(page) {
  return page.evaluate(() => {
    // Keys, protocols and those they are called after, capitals such as those of Zab's TRUNC, and what papers
    // write in one word: AppendEntries.
    const keys = "Ctrl|Shift|Space|Home|End|Esc|Tab|Delete";
    const called = "Quorate|Raft|Zab|Paxos Made Simple|Paxos Commit|(?:CAS|Multi-)?Paxos|Dynamo|zxid|push-sum|wait-die|lazy";
    const people = "Boyd|Gifford|Metropolis|Ongaro|Xiao";
    const names = new RegExp(`\\b(${keys}|${called}|${people}|[A-Z]{3,}|([A-Z][a-z]+){2,})\\b`, "g");
    const found = new Set();
    const look = (text) => {
      const rest = text.replace(names, "");
      if (/[A-Za-z]{3,}/.test(rest)) found.add(text.trim());
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
      // What the trace writes is one notation for all, and so are the papers' own words.
      if (!element.checkVisibility() || element.closest(".trace-lines, .mono, .lang, noscript, script, style, textarea")) continue;
      if (node.nodeType === Node.TEXT_NODE) look(node.data);
      else for (const name of ["aria-label", "title", "aria-valuetext", "placeholder"]) look(element.getAttribute(name) ?? "");
    }
    return [...found];
  });
}

const TABS = ["日志", "节点", "消息", "检查", "客户端", "故障", "轨迹"];

test("the button translates the page, and the browser remembers", async ({ quorate: page }) => {
  const trace = await traceOf(page);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.getByRole("button", { name: "Scenarios" })).toBeVisible();
  await page.getByRole("button", { name: /^语言：/ }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await expect(page.getByRole("button", { name: "Scenarios" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "场景" })).toBeVisible();
  await expect(caption(page)).toContainText("S1 的权重为 8 中的 3，并担任领导者。");
  await expect(page).toHaveTitle("领导者在复制途中崩溃 · Quorate");
  expect(await traceOf(page), "the run is the same in every language").toBe(trace);

  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await page.getByRole("button", { name: /^Language:/ }).click();
  await expect(page.getByRole("button", { name: "Scenarios" })).toBeVisible();
  await expect(page).toHaveTitle(/^The leader crashes/);
});

test("a Chinese browser sees no English: stage, setup and every tab", async ({ visitor }) => {
  const page = await visitor({ locale: "zh-CN" });
  await open(page, "./#scenario=raft/leader-crash");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  expect(await english(page), "as it opens").toEqual([]);
  await open(page, "./#scenario=raft/leader-crash&t=1208");
  for (const name of TABS) {
    await tab(page, name).click();
    expect(await english(page), name).toEqual([]);
  }
  await press(page, "下一个重要事件");
  expect(await english(page), "after a step").toEqual([]);
  await expect(alert(page)).toBeEmpty();
});

test("a Chinese browser sees no English: dialogs", async ({ visitor }) => {
  const page = await visitor({ locale: "zh-CN" });
  await open(page);
  for (const name of ["场景", "分享链接", "嵌入", "键盘快捷键"]) {
    await page.getByRole("button", { name, exact: true }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    expect(await english(page), name).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "关闭", exact: true }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
});
