// How heavy and how quick the built page is: `cargo xtask bench`, or by hand
// `CHROMIUM_PATH=/usr/bin/chromium node bench.mjs [--seconds 8]`. Nothing fails because it is slow.
//
// Times come from Chromium's own trace of the page's main thread, as processor time, so that what
// else the machine does counts little: script is what its script events cover (frame callbacks,
// micro-tasks, timers, input), work is all that it does, style, layout and paint included. A frame is
// what happens from one frame callback to the next.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, deflateRawSync, gzipSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { DIST, SUB_PATH, serve } from "./server.mjs";

const seconds = Number(process.argv[process.argv.indexOf("--seconds") + 1]) || 8;
const port = Number(process.env.QUORATE_PORT ?? 8078);
const page_url = `http://127.0.0.1:${port}${SUB_PATH}`;

// Scenarios.

/** A link that opens a scenario. */
function link(scenario) {
  const packed = deflateRawSync(JSON.stringify({ version: 1, ...scenario }), { level: 9 });
  return `${page_url}#s=1.${packed.toString("base64url")}`;
}

const SEVEN = link({
  protocol: "raft", nodes: 7, duration: 20_000, clients: [{ every: 50 }],
  faults: [{ crash: "S1", from: 1_000, until: 1_800 }],
});
// 50 appends a ms that take 11 ms on average, and as many answers: 1,100 messages under way.
const FIFTY_ONE = link({
  protocol: "raft", nodes: 51, duration: 1_500, start: 700, network: { fifo: true }, clients: [{ every: 1 }],
});
const DRAGGED = link({
  protocol: "raft", nodes: 5, duration: 5_000, start: 2_500, clients: [{ every: 50 }],
  faults: [{ crash: "S1", from: 2_000, until: 2_800 }],
});
const HOSTILE = link({
  protocol: "raft", nodes: 101, duration: 600_000,
  settings: { heartbeat: 1, election: [10, 10] },
  clients: Array.from({ length: 32 }, () => ({ every: 0.1 })),
});

// What a trace says.

const SCRIPT = new Set([
  "FireAnimationFrame", "FunctionCall", "RunMicrotasks", "TimerFire", "EventDispatch", "EvaluateScript", "v8.run",
]);

/** The events of the page's main thread, in ms of its processor time; `at` is wall time. */
function mainThread(trace) {
  const { traceEvents } = JSON.parse(trace);
  const thread = ({ pid, tid }) => `${pid}.${tid}`;
  const frames = new Map();
  for (const event of traceEvents) {
    if (event.name === "FireAnimationFrame") frames.set(thread(event), (frames.get(thread(event)) ?? 0) + 1);
  }
  const [busiest] = [...frames].sort((a, b) => b[1] - a[1])[0] ?? [];
  const events = traceEvents.filter((event) => event.ph === "X" && thread(event) === busiest);
  const timed = events.map(({ name, args, ts, dur = 0, tts = ts, tdur = dur }) => {
    return { name, type: args?.data?.type, at: ts / 1e3, start: tts / 1e3, end: (tts + tdur) / 1e3 };
  });
  return timed.sort((a, b) => a.start - b.start);
}

/** How much of a span some events cover, nested and adjoining ones counted once. */
function covered(events, from, to) {
  let sum = 0;
  let done = from;
  for (const { start, end } of events) {
    const part = Math.min(end, to) - Math.max(start, done);
    if (part > 0) sum += part;
    done = Math.max(done, Math.min(end, to));
  }
  return sum;
}

const named = (events, test) => events.filter((event) => test(event.name));
const scripts = (events) => named(events, (name) => SCRIPT.has(name));
const tasks = (events) => named(events, (name) => name === "RunTask");

function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

// What is printed.

const lines = [];

function say(figure, value, unit, budget) {
  const shown = (number) => (unit === "ms" ? number.toFixed(1) : Math.round(number).toLocaleString("en"));
  const limit = budget === undefined ? "" : `budget ${shown(budget)} ${unit}`;
  const missed = value > budget ? `, missed by ${shown(value - budget)} ${unit}` : "";
  console.log(`${figure.padEnd(58)} ${shown(value).padStart(9)} ${unit}  ${limit}${missed}`);
  lines.push(JSON.stringify({ figure, value: Math.round(value * 1000) / 1000, unit, budget }));
}

// What is measured.

function sizes() {
  const sums = { raw: 0, gzip: 0, brotli: 0 };
  for (const file of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || !/\.(wasm|m?js|css)$/.test(file.name)) continue;
    const bytes = readFileSync(join(file.parentPath, file.name));
    const text = constants.BROTLI_MODE_TEXT;
    const brotli = brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_LGWIN]: 24,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        [constants.BROTLI_PARAM_MODE]: file.name.endsWith(".wasm") ? constants.BROTLI_MODE_GENERIC : text,
      },
    });
    sums.raw += bytes.length;
    sums.gzip += gzipSync(bytes, { level: 9 }).length;
    sums.brotli += brotli.length;
  }
  say("wasm + JS + CSS, as built", sums.raw / 1e3, "KB");
  say("wasm + JS + CSS, gzip -9", sums.gzip / 1e3, "KB");
  say("wasm + JS + CSS, brotli -11", sums.brotli / 1e3, "KB", 450);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH,
  args: ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
});

/** A new page at an address, traced from before it is asked for until `use` is done with it. */
async function traced(address, prepare, use) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  if (prepare) {
    await page.goto(address);
    await page.locator("#app > .loading").waitFor({ state: "detached" });
    await prepare(page);
  }
  const categories = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8.execute", "toplevel"];
  await browser.startTracing(page, { categories });
  if (!prepare) await page.goto(address, { waitUntil: "commit" });
  await use(page);
  const events = mainThread(await browser.stopTracing());
  await context.close();
  return events;
}

async function opening() {
  const context = await browser.newContext();
  const page = await context.newPage();
  const paints = [];
  const ready = [];
  for (let round = 0; round < 5; round++) {
    await page.goto("about:blank");
    await page.goto(page_url, { waitUntil: "commit" });
    ready.push(await page.evaluate(async () => {
      while (!document.querySelector("#app") || document.querySelector("#app > .loading")) {
        await new Promise(requestAnimationFrame);
      }
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now();
    }));
    paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime));
  }
  await context.close();
  say("opening: first paint, median of 5", quantile(paints, 0.5), "ms");
  say("opening: the first scenario is there, median of 5", quantile(ready, 0.5), "ms");
}

async function playing(name, address, budget) {
  const events = await traced(
    address,
    async (page) => {
      await page.waitForTimeout(2_500);
      await page.evaluate(() => document.activeElement?.blur?.());
      await page.keyboard.press(" ");
      // What V8 has not optimized yet is not what a person sees most.
      await page.waitForTimeout(2_000);
    },
    (page) => page.waitForTimeout(seconds * 1e3),
  );
  const frames = named(events, (name) => name === "FireAnimationFrame");
  const starts = frames.map((frame) => frame.start);
  const [script, task] = [scripts(events), tasks(events)];
  const per = (some) => starts.slice(1).map((end, i) => covered(some, starts[i], end));
  const [of_script, of_work] = [per(script), per(task)];
  say(`${name}: frames a second`, (1e3 * (frames.length - 1)) / (frames.at(-1).at - frames[0].at), "");
  say(`${name}: script a frame, median`, quantile(of_script, 0.5), "ms");
  say(`${name}: script a frame, p95`, quantile(of_script, 0.95), "ms", budget);
  say(`${name}: all main-thread work a frame, p95`, quantile(of_work, 0.95), "ms");
}

async function dragging() {
  const moves = 40;
  const events = await traced(
    DRAGGED,
    (page) => page.waitForTimeout(1_500),
    async (page) => {
      const box = await page.locator(".fault-body").first().boundingBox();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      for (let move = 1; move <= moves; move++) {
        await page.mouse.move(x + 3 * move, y);
        await page.waitForTimeout(120);
      }
      await page.mouse.up();
    },
  );
  const task = tasks(events);
  const frames = named(events, (name) => name === "FireAnimationFrame");
  const dispatches = events.filter(({ name, type }) => name === "EventDispatch" && type === "pointermove");
  const steps = dispatches.map(({ start }) => {
    const frame = frames.find((frame) => frame.start >= start);
    const whole = task.find((one) => frame && one.start <= frame.start && one.end >= frame.end);
    return whole ? covered(task, start, whole.end) : NaN;
  });
  const known = steps.filter((step) => !Number.isNaN(step));
  say("a fault dragged in a run of 5 s: from move to painted, median", quantile(known, 0.5), "ms", 16);
  say("a fault dragged in a run of 5 s: from move to painted, p95", quantile(known, 0.95), "ms", 16);
}

async function hostile() {
  let answered = 0;
  const events = await traced(HOSTILE, null, async (page) => {
    await page.locator("#app > .loading").waitFor({ state: "detached" });
    await page.waitForTimeout(seconds * 1e3);
    // Whether the page still answers: a key, and a frame after it.
    const start = Date.now();
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    answered = Date.now() - start;
  });
  const longest = Math.max(...tasks(events).map(({ start, end }) => end - start));
  say("hostile link, 101 nodes: the longest task", longest, "ms");
  say("hostile link, 101 nodes: a key is answered after", answered, "ms");
}

/** While a search runs in its worker, the run plays and its dialog shows how far it is. */
async function searching(name, shown, budget) {
  let answered = 0;
  let tried = 0;
  const events = await traced(
    SEVEN,
    async (page) => {
      await page.waitForTimeout(1_500);
      await page.keyboard.press(" ");
      await page.getByRole("button", { name: "Find a failure" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "100\u202f000", exact: true }).click();
      await dialog.getByRole("button", { name: "Start", exact: true }).click();
      await dialog.locator(".figure").first().waitFor();
      if (!shown) await page.keyboard.press("Escape");
      await page.waitForTimeout(1_000);
    },
    async (page) => {
      await page.waitForTimeout(seconds * 1e3);
      const start = Date.now();
      if (shown) await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      answered = Date.now() - start;
      tried = await page.locator(".search-chip").textContent();
    },
  );
  const longest = Math.max(...tasks(events).map(({ start, end }) => end - start));
  say(`${name}: the longest task`, longest, "ms", budget);
  say(`${name}: a key is answered after`, answered, "ms");
  console.log(`  (${tried})`);
}

const server = serve(port);
sizes();
await opening();
await playing("7 nodes", SEVEN, 4);
await playing("51 nodes, 1,000 messages under way", FIFTY_ONE, 8);
await dragging();
await hostile();
await searching("playing while a search runs", false, 50);
await searching("playing behind the dialog of a search", true, 50);
console.log(`\n${lines.join("\n")}`);
await browser.close();
server.close();
