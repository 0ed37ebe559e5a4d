import tseslint from "typescript-eslint";

const unsafeHtml = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe"].map((name) => ({
  selector: `MemberExpression[property.name="${name}"]`,
  message: "Text becomes text nodes, never HTML.",
}));
const inlineStyle = {
  selector: 'CallExpression[callee.property.name="setAttribute"][arguments.0.value="style"]',
  message: "A strict policy forbids style attributes.",
};

/** `files` may import from the other folders of `src` only what is named. */
const layer = (files, ...forbidden) => ({
  files,
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: forbidden.join("|"),
            message: "views → store → protocol, transport → protocol, element wires.",
          },
        ],
      },
    ],
  },
});
const WIRING =
  "^\\.\\./(conversation|delivery|history|host|launcher|loader|panel|panel-dialog|chat-element.*)\\.ts$";

export default tseslint.config(
  { ignores: ["dist/", "src/protocol.gen.ts"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js", "scripts/*.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      complexity: ["error", 8],
      "max-depth": ["error", 3],
      "max-params": ["error", 4],
      "max-lines": ["error", 250],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "no-eval": "error",
      "no-console": "error",
      "no-restricted-syntax": ["error", ...unsafeHtml, inlineStyle],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidOperator: true, ignoreVoidReturningFunctions: true },
      ],
    },
  },
  layer(["src/store/**"], "/transport/", "/views/", "/text/", WIRING),
  layer(["src/transport/**"], "/store/", "/views/", "/text/", WIRING),
  layer(["src/views/**"], "/transport/", WIRING),
  layer(["src/text/**"], "/store/", "/transport/", "/views/", WIRING),
  layer(
    ["src/loader.ts", "src/chat-element*.ts", "src/launcher.ts"],
    "/store/",
    "/transport/",
    "/views/",
    "/text/",
    "/(conversation|delivery|panel.*)\\.ts$",
  ),
  { files: ["test/**", "test-browser/**"], rules: { "max-lines-per-function": ["error", 70] } },
  { files: ["scripts/**", "eslint.config.js"], ...tseslint.configs.disableTypeChecked },
  { files: ["scripts/**", "harness/demo.ts"], rules: { "no-console": "off" } },
);
