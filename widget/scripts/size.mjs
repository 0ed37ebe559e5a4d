/** Fails when a budget of package.json's `sizeBudgets` is exceeded. */
import { readdir, readFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = new URL("..", import.meta.url).pathname;
const { sizeBudgets } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
const built = await readdir(`${root}dist`).catch(() => []);
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };

async function sizes(file) {
  const bytes = await readFile(`${root}dist/${file}`);
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, brotli).length,
  };
}

function matching(pattern) {
  const test = new RegExp(`^${pattern.replace(/[.]/g, "\\.").replace(/[*]/g, "[^/]*")}$`);
  const found = built.filter((file) => test.test(file));
  if (found.length !== 1)
    throw new Error(`Expected one ${pattern} in dist, found ${found.length}: build first.`);
  return found[0];
}

let failed = false;
for (const [name, { files, ...budget }] of Object.entries(sizeBudgets)) {
  const parts = await Promise.all(files.map(matching).map(sizes));
  for (const kind of ["brotli", "gzip"]) {
    const total = parts.reduce((sum, part) => sum + part[kind], 0);
    const over = total > budget[kind];
    failed ||= over;
    console.log(`${over ? "OVER" : "ok  "} ${name} ${kind}: ${total} of ${budget[kind]} bytes`);
  }
}
process.exit(failed ? 1 : 0);
