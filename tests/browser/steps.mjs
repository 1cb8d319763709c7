// What a person finds on the page and does with it, by role and name in either language.

import { deflateRawSync } from "node:zlib";
import { expect } from "@playwright/test";

/** Goes to an address (`./#scenario=raft/leader-crash&t=900`) and waits for the run; its trace. */
export async function open(page, address = "./") {
  await page.goto(address);
  return traceOf(page);
}

/** The fingerprint of the run on show, once it is computed. */
export async function traceOf(page) {
  const root = page.locator("[data-trace]");
  await expect(root).toHaveAttribute("data-trace", /^[0-9a-f]{16}$/);
  return root.getAttribute("data-trace");
}

/** Waits for another run than that of a fingerprint; its trace. */
export async function traceAfter(page, before) {
  const root = page.locator("[data-trace]");
  await expect(root).not.toHaveAttribute("data-trace", before);
  return traceOf(page);
}

/** Waits until whatever was done is on show: for what must not have changed anything. */
export function settled(page) {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));
}

/** Waits for the run of a fingerprint. */
export async function expectTrace(page, trace) {
  await expect(page.locator("[data-trace]")).toHaveAttribute("data-trace", trace);
}

/** The fragment that holds a document, valid or not. */
export function linkTo(document) {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  return `#s=1.${deflateRawSync(text).toString("base64url")}`;
}

/** A node on the stage. */
export function node(page, name) {
  const nodes = page.getByRole("group", { name: /^(Nodes;|节点；)/ });
  return nodes.getByRole("button", { name: new RegExp(`^${name}[,，]`) });
}

/** Whoever leads, on the stage. */
export function leaders(page) {
  return page.getByRole("button", { name: /^S\d+, leader, term \d+/ });
}

/** The windows of the faults on the timeline. */
export function faults(page) {
  return page.getByRole("group", { name: /^(Faults;|故障：)/ }).getByRole("slider");
}

export const alert = (page) => page.getByRole("alert");
export const inspector = (page) => page.getByRole("region", { name: /^(Inspector|检查器)$/ });
export const setup = (page) => page.getByRole("region", { name: /^(Setup|设置)$/ });
export const stage = (page) => page.getByRole("region", { name: /^(Stage|画面)$/ });
export const transport = (page) => page.getByRole("group", { name: /^(Transport|播放控制)$/ });
export const playhead = (page) => page.getByRole("slider", { name: /^(Playhead|播放头)$/ });
export const press = (page, name) => transport(page).getByRole("button", { name, exact: true }).click();
export const tab = (page, name) => inspector(page).getByRole("tab", { name, exact: true });

/** The sentence above the picture, as it is heard. */
export const caption = (page) => stage(page).getByRole("status");

/** The sentences under the weights. */
export function verdict(page) {
  return setup(page).getByRole("region", { name: "Quorum weights" }).getByRole("status");
}

/** The moment on show, in whole ms. */
export async function timeOf(page) {
  return Number(await playhead(page).getAttribute("aria-valuenow"));
}

/** Goes to a moment with the keys of the playhead. */
export async function seek(page, ms) {
  const head = playhead(page);
  const end = Number(await head.getAttribute("aria-valuemax"));
  const steps = [["PageUp", end / 10], ["ArrowRight", end / 200], ["Shift+ArrowRight", 1]];
  await head.press("Home");
  let left = ms;
  for (const [key, length] of steps) {
    for (; left >= length; left -= length) await head.press(key);
  }
  await expect(head).toHaveAttribute("aria-valuenow", String(Math.floor(ms)));
}

/** Types a weight into its box. */
export async function weigh(page, name, weight) {
  const box = setup(page).getByRole("spinbutton", { name: `Weight of ${name}` });
  await box.fill(String(weight));
  await box.press("Enter");
}

/** What reaches beyond the window's right or left edge, or makes the page itself scroll. */
export function overflows(page) {
  return page.evaluate(() => {
    const found = [];
    const root = document.documentElement;
    for (const box of [root, document.body]) {
      if (box.scrollWidth > innerWidth) found.push(`${box.tagName} is ${box.scrollWidth} px wide`);
      if (box.scrollHeight > innerHeight) found.push(`${box.tagName} is ${box.scrollHeight} px high`);
    }
    const scrolls = (element) => {
      for (let box = element.parentElement; box && box !== root; box = box.parentElement) {
        if (["auto", "scroll"].includes(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth) return true;
      }
      return false;
    };
    for (const element of document.querySelectorAll("button, input, select, textarea, summary, h1, h2, h3, p")) {
      const { left, right, width, height } = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      const seen = width > 1 && height > 1 && style.visibility === "visible" && element.checkVisibility();
      if (seen && (left < -1 || right > innerWidth + 1) && !scrolls(element)) {
        const name = element.getAttribute("aria-label") ?? element.textContent.slice(0, 40);
        found.push(`${element.tagName} "${name}" from ${Math.round(left)} to ${Math.round(right)}`);
      }
    }
    return found;
  });
}
