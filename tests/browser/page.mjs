// What every test of the page imports instead of "@playwright/test": a test fails when a page wrote
// a warning or an error to its console, threw, or asked for something that is not there.

import { expect, test as base } from "@playwright/test";
import { open } from "./steps.mjs";

export { expect };

function watch(page, complaints) {
  page.on("console", (message) => {
    if (["warning", "error"].includes(message.type())) {
      complaints.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`thrown: ${error.stack ?? error}`));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} for ${response.url()}`);
  });
}

export const test = base.extend({
  /** What went wrong so far. A test that provokes errors empties it: `complaints.length = 0`. */
  complaints: [
    async ({ page }, use) => {
      const complaints = [];
      watch(page, complaints);
      await use(complaints);
      expect(complaints, "what the page complained about").toEqual([]);
    },
    { auto: true },
  ],

  /** The page with the application in it, as somebody sees it who comes for the first time. */
  quorate: async ({ page }, use) => {
    await open(page);
    await use(page);
  },

  /** Somebody else's browser: `await visitor({ hasTouch: true })` is a page of its own. */
  visitor: async ({ browser, complaints }, use) => {
    const contexts = [];
    await use(async (options = {}) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      const page = await context.newPage();
      watch(page, complaints);
      return page;
    });
    for (const context of contexts) await context.close();
  },
});
