// Serves dist/ below a sub-path, as a project page or a documentation site would.
// Usage: node server.mjs PORT; or import `serve`.

import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const SUB_PATH = "/sub/path/";

/** Where the built page is; the benchmark may measure another. */
export const DIST = process.env.QUORATE_DIST ?? fileURLToPath(new URL("../../dist/", import.meta.url));
const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** A server of the built page on 127.0.0.1; nothing exists outside the sub-path. */
export function serve(port) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const inside = path.startsWith(SUB_PATH) ? normalize("/" + path.slice(SUB_PATH.length)) : null;
    const file = inside && join(DIST, inside.endsWith("/") ? inside + "index.html" : inside);
    if (!file || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end("There is nothing here.");
      return;
    }
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "cache-control": "no-store",
    });
    createReadStream(file).pipe(response);
  });
  return server.listen(port, "127.0.0.1");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(Number(process.argv[2]));
