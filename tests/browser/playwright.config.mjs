// Run by `cargo xtask test browser`, which builds the page and names Chromium and a free port.
// By hand: CHROMIUM_PATH=/usr/bin/chromium npx playwright test

import { defineConfig } from "@playwright/test";
import { SUB_PATH } from "./server.mjs";

const port = Number(process.env.QUORATE_PORT ?? 8079);
const baseURL = `http://127.0.0.1:${port}${SUB_PATH}`;
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.mjs",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  // A shared machine may stall for seconds: a second try tells that from a defect, and is reported.
  retries: 1,
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    baseURL,
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      args: [
        "--disable-gpu",
        "--disable-background-networking",
        // Chromium's sandbox refuses to run as root, which is what containers usually are.
        ...(isRoot ? ["--no-sandbox"] : []),
      ],
    },
  },
  webServer: {
    command: `"${process.execPath}" server.mjs ${port}`,
    url: baseURL,
    reuseExistingServer: false,
  },
});
