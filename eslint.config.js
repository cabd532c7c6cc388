// The recommended rules, for the modules that browsers load and for the example that Node.js runs. Modules stay short.

import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import globals from "globals";

export default defineConfig([
  globalIgnores(["build/", "dist/", ".venv/", "outputs/"]),
  js.configs.recommended,
  { files: ["charnet/**/*.js"], languageOptions: { globals: globals.browser }, rules: { "max-lines": ["error", 199] } },
  { files: ["tests/exports/scratch_vm/*.js"], languageOptions: { globals: globals.node } },
  { files: ["examples/onnx/*.js"], languageOptions: { globals: globals.node, sourceType: "commonjs" } },
]);
