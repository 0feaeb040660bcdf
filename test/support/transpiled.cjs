/*
 * Keeps what TypeScript makes of a file, for all processes of the tests: SDK and plan compile a program again in every
 * folder, since ts-node's own cache goes by the path of tsconfig.json as well. Preloaded (`node --require`), it answers
 * `transpileModule` from files beside CODE_CACHE. The answer depends on the text, the options and the file's name.
 */
"use strict";
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const folder = `${process.env.CODE_CACHE}.transpiled`;

function kept(ts) {
    return (source, options = {}) => {
        if (options.transformers !== undefined) return ts.transpileModule(source, options);
        // Paths of the program's folder: they are in the source map only, where ts-node puts its own.
        const { configFilePath, rootDir, outDir, ...compilerOptions } = options.compilerOptions ?? {};
        void [configFilePath, rootDir, outDir];
        const name = path.basename(options.fileName ?? "");
        const key = JSON.stringify([ts.version, { ...options, compilerOptions, fileName: name }, source]);
        const file = path.join(folder, createHash("sha256").update(key).digest("hex"));
        try {
            return JSON.parse(fs.readFileSync(file, "utf8"));
        } catch {
            const made = ts.transpileModule(source, options);
            if ((made.diagnostics ?? []).length === 0) {
                fs.mkdirSync(folder, { recursive: true });
                fs.writeFileSync(`${file}.${process.pid}`, JSON.stringify(made));
                fs.renameSync(`${file}.${process.pid}`, file);
            }
            return made;
        }
    };
}

if (process.env.CODE_CACHE !== undefined) {
    const load = Module._extensions[".js"];
    Module._extensions[".js"] = (module, filename) => {
        load(module, filename);
        if (!filename.endsWith(`${path.sep}typescript${path.sep}lib${path.sep}typescript.js`)) return;
        const ts = module.exports;
        const transpileModule = kept(ts);
        module.exports = new Proxy(ts, {
            get: (target, name) => (name === "transpileModule" ? transpileModule : target[name]),
        });
    };
}
