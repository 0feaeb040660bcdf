/*
 * Keeps what V8 makes of the packages of this project, so that the next process does not compile them again: a plan
 * in a process of its own loads 600 files, of which TypeScript alone is 9 MB. Preloaded (`node --require`) it takes a
 * quarter of the processor time off such a process. Nothing else changes: only files in node_modules are served, and V8
 * itself refuses what another version or other flags have made.
 *
 * CODE_CACHE names the file, one for each installation of the packages. CODE_CACHE_WRITE makes the process add to it at its end.
 * Node 22 can do this itself (`module.enableCompileCache`).
 */
"use strict";
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const file = process.env.CODE_CACHE;
const packages = `${path.resolve(__dirname, "../../node_modules")}${path.sep}`;
const compiled = file === undefined ? new Map() : read(file);
const added = new Map();

/** A line of JSON with the length of each file's data, and the data. */
function read(from) {
    try {
        const bytes = fs.readFileSync(from);
        const end = bytes.indexOf("\n");
        let at = end + 1;
        const lengths = JSON.parse(bytes.subarray(0, end).toString());
        return new Map(lengths.map(([name, length]) => [name, bytes.subarray(at, (at += length))]));
    } catch {
        return new Map();
    }
}

function write(to) {
    // What a child of this process has written meanwhile is kept.
    const all = read(to);
    for (const [name, script] of added) all.set(name, script.createCachedData());
    const lengths = [...all].map(([name, data]) => [name, data.length]);
    const partial = `${to}.${process.pid}`;
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.writeFileSync(partial, Buffer.concat([Buffer.from(`${JSON.stringify(lengths)}\n`), ...all.values()]));
    fs.renameSync(partial, to);
}

/** The `require` of a module, as Node makes it. */
function requireOf(module) {
    const require = (id) => module.require(id);
    require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
    require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
    require.main = process.mainModule;
    require.extensions = Module._extensions;
    require.cache = Module._cache;
    return require;
}

if (file !== undefined) {
    const compile = Module.prototype._compile;
    Module.prototype._compile = function (content, filename, format, ...rest) {
        const name = filename.slice(packages.length);
        // Pulumi's runner imports ES modules from within an eval, which only Node's own way of compiling allows.
        const isServed = filename.startsWith(packages) && !/^@pulumi.pulumi.cmd.run/.test(name);
        // What a package that is required consists of may be ES modules, which are Node's to load.
        if (!isServed || format === "module" || content.startsWith("#!"))
            return compile.call(this, content, filename, format, ...rest);
        const script = new vm.Script(Module.wrap(content), {
            filename,
            cachedData: compiled.get(name),
            importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
        });
        if (!compiled.has(name) || script.cachedDataRejected) added.set(name, script);
        const call = script.runInThisContext();
        return call.call(this.exports, this.exports, requireOf(this), this, filename, path.dirname(filename));
    };
    if (process.env.CODE_CACHE_WRITE !== undefined) process.once("exit", () => added.size > 0 && write(file));
}
