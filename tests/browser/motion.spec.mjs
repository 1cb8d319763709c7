import { expect, test } from "./page.mjs";
import { leaders, node, open, press, seek, settled, stage } from "./steps.mjs";

/** Where the messages are painted on the stage: the middle of all that is there. */
function painted(page) {
  return stage(page).locator("canvas").evaluate((canvas) => {
    const { width, height } = canvas;
    // Read from a copy: reading a canvas over and over makes the browser warn.
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    let [sum, x, y] = [0, 0, 0];
    for (let at = 3; at < data.length; at += 4) {
      const place = at >> 2;
      sum += data[at];
      x += data[at] * (place % width);
      y += data[at] * Math.floor(place / width);
    }
    return sum === 0 ? null : [x / sum, y / sum].map((at) => at.toFixed(1)).join(" ");
  });
}

/** The pictures of three moments while the same messages fly and nothing happens. */
async function moments(page) {
  await open(page, "./#scenario=raft/two-leaders");
  await seek(page, 300);
  await press(page, "Next notable event");
  const seen = new Set();
  for (let moments = 0; moments < 3; moments += 1) {
    await page.getByRole("slider", { name: "Playhead" }).press("Shift+ArrowRight");
    await page.evaluate(() => new Promise(requestAnimationFrame));
    seen.add(await painted(page));
  }
  return seen;
}

test("messages glide", async ({ visitor }) => {
  expect((await moments(await visitor())).size).toBe(3);
});

/** Whether a message is half-way between S1 and S2 at the moment when S1 has just asked for votes. */
async function isHalfWay(page) {
  await open(page, "./#scenario=raft/leader-crash");
  await press(page, "Next notable event");
  await expect(node(page, "S1")).toHaveAccessibleName(/^S1, candidate/);
  const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
  const [[x, y], [u, v]] = [middle(await node(page, "S1").boundingBox()), middle(await node(page, "S2").boundingBox())];
  const long = Math.hypot(u - x, v - y);
  // Ways are bent a little, and a click finds what is near.
  for (const aside of [0, 12, -12, 24, -24, 36, -36]) {
    await page.mouse.click((x + u) / 2 - ((v - y) / long) * aside, (y + v) / 2 + ((u - x) / long) * aside);
    await settled(page);
    if (await page.getByRole("dialog", { name: "RequestVote" }).isVisible()) return true;
  }
  return false;
}

test("messages stand half-way from the first where less motion is wanted", async ({ visitor }) => {
  expect(await isHalfWay(await visitor({ reducedMotion: "reduce" }))).toBe(true);
  expect(await isHalfWay(await visitor())).toBe(false);
});

test("nothing moves by itself where less motion is wanted, and it plays all the same", async ({ visitor }) => {
  const page = await visitor({ reducedMotion: "reduce" });
  await open(page, "./#scenario=raft/first-election");
  const moves = await page.evaluate(() => document.getAnimations().filter((one) => one.effect.getTiming().duration > 50).length);
  expect(moves).toBe(0);
  await stage(page).getByRole("button", { name: "Play" }).click();
  await expect(leaders(page)).toHaveCount(1, { timeout: 20_000 });
});
