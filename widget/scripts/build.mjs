/** Builds `dist/loader.js` and `dist/panel-<hash>.js`; the loader knows the panel's name. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { build, transform } from "esbuild";
import { minify } from "terser";

const root = new URL("..", import.meta.url).pathname;
const dist = `${root}dist`;

const minifiedCss = {
  name: "minified-css",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/**
 * Names, beside those with a `$`, that only the panel's own code uses. Nothing that the DOM, the server's JSON or the loader
 * knows by its name may be listed.
 */
const OWN_NAMES = `
  ahead answering answerId assistant assistantState clientId clock conversation creatorId delivery
  discard disclosure earlier extractive flush greeting held isOnline isPassing kind lasting latest maySend
  messageId networkChanged newId noAnswer notHelpful onFrame onState openSocket passing ports quoted
  rephrase resend retryAfter retryAt revision secondsUntil setDraft shelf shelfName showCitation
  socketAddress stepBack subscribe thisCoach thanks tooLong tryNow why
`;

async function bundle(entry, options) {
  const { outputFiles } = await build({
    entryPoints: [`${root}src/${entry}`],
    bundle: true,
    minify: true,
    target: "es2022",
    legalComments: "none",
    charset: "utf8",
    write: false,
    plugins: [minifiedCss],
    ...options,
  });
  const { code } = await minify(outputFiles[0].text, { module: true, ecma: 2020, compress: { passes: 3 } });
  return code;
}

const panel = await bundle("panel.ts", {
  format: "esm",
  mangleProps: new RegExp(`^(\\$\\w+|${OWN_NAMES.trim().split(/\s+/).join("|")})$`),
});
const name = `panel-${createHash("sha256").update(panel).digest("hex").slice(0, 10)}.js`;
const loader = await bundle("loader.ts", {
  format: "iife",
  define: { PANEL_FILE: JSON.stringify(name) },
});

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await writeFile(`${dist}/${name}`, panel);
await writeFile(`${dist}/loader.js`, loader);
