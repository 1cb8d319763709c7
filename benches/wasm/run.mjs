// node run.mjs MODULE.wasm: for each line with a load's number one line with `ms:fingerprint` pairs.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const module = await WebAssembly.compile(readFileSync(process.argv[2]));
// What the library would ask of a page; no load ever does.
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  (imports[from] ??= {})[name] = () => { throw new Error(`no ${name} here`); };
}
const { exports } = await WebAssembly.instantiate(module, imports);

for await (const line of createInterface({ input: process.stdin })) {
  const calls = exports.ready(Number(line));
  const pairs = [];
  for (let count = 0; count < calls; count++) {
    const start = performance.now();
    const fingerprint = exports.call(count);
    pairs.push(`${performance.now() - start}:${BigInt.asUintN(64, fingerprint)}`);
  }
  exports.done();
  console.log(pairs.join(" "));
}
