// Joins what the cutting has made of the application into files that are worth a request.
//
//   node scripts/join.mjs FROM TO NAME STYLE [OPTION…]
//
// `wasm-split-cli` makes a file of each part and one of whatever the same parts share: a hundred files, of which a page needs
// fifty. Each would be asked for and compressed by itself, which makes a page a fifth larger. So what several first pages need
// goes into the first file (NAME_bg.wasm), what one of them needs alone into a file with its name, and what else it shares
// with later parts into another. STYLE is the address of the style sheet that all but the page of an image, and its filter, need:
// the server leaves it out there. OPTIONs are those of wasm-merge and wasm-opt about features.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The parts that are pages which people are sent to by a link, with what such a page fetches by itself: they may cost little. */
const FIRST = ["browse", "compare", "inspect", "start"];
/** The one of them that has no room left. */
const HEAVIEST = "inspect";
/** What needs no more than the style sheet that this page begins with. A sheet that comes later makes a browser look at each row anew. */
const STYLED = [HEAVIEST, "filter"];
/** The module of what all files share, as the cutting calls it. */
const SHARED = "__wasm_split";

const [from, to, name, style, ...options] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), "join-"));
try {
    const pieces = readPieces();
    const files = new Map();
    for (const piece of pieces) {
        const file = fileOf(piece.parts);
        files.set(file, [...(files.get(file) ?? []), piece]);
    }
    const shared = sharedModule(pieces);
    for (const [file, pieces] of files) {
        const first = file === "" ? join(from, `${name}_bg.wasm`) : shared;
        merge([first, ...pieces.map((piece) => join(from, piece.file))], join(to, file === "" ? `${name}_bg.wasm` : `${file}.wasm`));
    }
    const script = withShortNames(withoutStreams(readFileSync(join(from, `${name}.js`), "utf8")), join(to, `${name}_bg.wasm`));
    writeFileSync(join(to, `${name}.js`), withLoader(script, files));
} finally {
    rmSync(work, { recursive: true });
}

/** What the cutting has made: files, and the parts that need each. */
function readPieces() {
    const script = readFileSync(join(from, `${SHARED}.js`), "utf8");
    const shared = script.matchAll(/\/\* ([a-z_, ]+) \*\/\s*const __chunk_\d+ = makeLoad\(.*?new URL\("\.\/([^"]+)"/gs);
    const own = script.matchAll(/export const __wasm_split_load_([a-z_]+) = /g);
    const pieces = [
        ...[...shared].map(([, parts, file]) => ({ file, parts: parts.split(", ") })),
        ...[...own].map(([, part]) => ({ file: `split_${part}.wasm`, parts: [part] })),
    ];
    const strangers = [...FIRST, ...STYLED].filter((part) => !pieces.some((piece) => piece.parts.includes(part)));
    if (strangers.length > 0) throw new Error(`no such parts: ${strangers.join(", ")}`);
    return pieces;
}

/** The name of the file for what these parts need; "" for the first file. */
function fileOf(parts) {
    const first = parts.filter((part) => FIRST.includes(part));
    switch (first.length) {
        case 0:
            return [...parts].sort().join("-");
        case 1:
            // The heaviest page in one file: two take 3 kB more to compress. What later parts share with it, they find there.
            return parts.length === 1 || first[0] === HEAVIEST ? first[0] : `${first[0]}-shared`;
        default:
            return "";
    }
}

/**
 * A module that hands on what the first file exports. Files would else import it once for each of their pieces, and only one
 * memory is allowed.
 */
function sharedModule(pieces) {
    const [smallest] = pieces.map((piece) => join(from, piece.file)).sort((a, b) => statSync(a).size - statSync(b).size);
    const text = run("wasm-dis", [...options, smallest]);
    const limits = (what, pattern) => {
        const found = text.match(pattern);
        if (!found) throw new Error(`${smallest} imports no ${what}`);
        return found[1];
    };
    const memory = limits("memory", /\(import "__wasm_split" "memory" \(memory \S+ ([\d ]+)\)\)/);
    const table = limits("table", /\(import "__wasm_split" "__indirect_function_table" \(table \S+ ([\d ]+) funcref\)\)/);
    const file = join(work, "shared.wat");
    writeFileSync(file, `(module
        (import "first" "memory" (memory ${memory}))
        (import "first" "__indirect_function_table" (table ${table} funcref))
        (import "first" "__wasm_split_shared0" (global (mut i32)))
        (export "memory" (memory 0))
        (export "__indirect_function_table" (table 0))
        (export "__wasm_split_shared0" (global 0)))`);
    const module = join(work, "shared.wasm");
    run("wasm-as", [...options, file, "-o", module]);
    return module;
}

/** Without the classes of a library for streams, which nothing here makes: a tenth of the script. */
function withoutStreams(script) {
    const without = script
        .replace(/^export class IntoUnderlying\w+ \{$[\s\S]*?^\}$\n/gm, "")
        .replace(/^if \(Symbol\.dispose\) IntoUnderlying.*$\n/gm, "")
        .replace(/^const IntoUnderlying\w+Finalization = [\s\S]*?;$\n/gm, "");
    return without.includes("IntoUnderlying") ? script : without;
}

/**
 * The script, with short names for what the first file imports from it, and that file with the same. Each of the long ones ends in
 * a hash, which no compression makes shorter: a hundredth of what is downloaded.
 */
function withShortNames(script, wasm) {
    const names = new Map();
    const text = run("wasm-dis", [...options, wasm]);
    const imported = new RegExp(`\\(import "\\./${name}_bg\\.js" "(\\w+)"`, "g");
    const short = text.replace(imported, (_, long) => {
        if (names.has(long)) throw new Error(`${wasm} imports ${long} twice`);
        names.set(long, `i${names.size}`);
        return `(import "./${name}_bg.js" "${names.get(long)}"`;
    });
    const found = new Set();
    const renamed = script.replace(/^(\s+)(\w+): function\(/gm, (whole, indent, long) => {
        if (!names.has(long)) return whole;
        found.add(long);
        return `${indent}${names.get(long)}: function(`;
    });
    const lost = [...names.keys()].filter((long) => !found.has(long));
    if (names.size === 0 || lost.length > 0) throw new Error(`${name}.js does not have ${lost.join(", ") || "any import"}`);
    const file = join(work, "short.wat");
    writeFileSync(file, short);
    run("wasm-as", [...options, file, "-o", wasm]);
    return renamed;
}

/** With what fetches the parts: by itself that would be another request, and one after the other. */
function withLoader(script, files) {
    const line = new RegExp(`^import \\* as (\\w+) from "\\./${SHARED}\\.js";?\\n`, "gm");
    const names = [...script.matchAll(line)].map(([, imported]) => imported);
    if (names.length === 0) throw new Error(`nothing imports ${SHARED}.js`);
    // It is imported once for each part, under the same key.
    const key = new RegExp(`^\\s*"\\./${SHARED}\\.js": \\w+,?\\n`, "gm");
    if ([...script.matchAll(key)].length !== names.length) throw new Error(`${SHARED}.js is handed on in another way`);
    let is_first = true;
    const joined = script.replace(line, "").replace(key, () => {
        const kept = is_first ? `"./${SHARED}.js": loads,\n` : "";
        is_first = false;
        return kept;
    });
    return `${joined}\n${loader(files)}`;
}

/** Makes one module of several. The first has what the others share. */
function merge([first, ...others], file) {
    const modules = [[first, SHARED], ...others.map((other, index) => [other, `piece${index}`])];
    run("wasm-merge", [...options, ...modules.flat(), "--skip-export-conflicts", "-o", file]);
}

/** Fetches the files of each part, once; what could not be fetched is asked for again by whoever wants it next. */
function loader(files) {
    const parts = new Set([...files.values()].flat().flatMap((piece) => piece.parts));
    const wanted = (part) =>
        [...files].filter(([file, pieces]) => file !== "" && pieces.some((piece) => piece.parts.includes(part))).map(([file]) => file);
    const loads = [...parts].sort().map((part) => `__wasm_split_load_${part}: part(${JSON.stringify(wanted(part))}, ${!STYLED.includes(part)}),\n`);
    return `const files = new Map();

function file(name) {
    if (!files.has(name)) {
        const fetched = fetch(new URL(\`./\${name}.wasm\`, import.meta.url));
        const loaded = WebAssembly.instantiateStreaming(fetched, { first: initSync(undefined, undefined) });
        loaded.catch(() => files.delete(name));
        files.set(name, loaded);
    }
    return files.get(name);
}

function style() {
    const name = ${JSON.stringify(style)};
    if (!files.has(name) && !document.querySelector('link[href="' + name + '"]')) {
        files.set(name, new Promise((loaded, failed) => {
            const link = document.createElement("link");
            link.rel = "stylesheet";
            link.href = name;
            link.onload = loaded;
            link.onerror = () => {
                files.delete(name);
                link.remove();
                failed(new Error("no style sheet"));
            };
            document.head.append(link);
        }));
    }
    return files.get(name);
}

function part(names, has_style) {
    return async (callback, data) => {
        let is_there = true;
        try {
            await Promise.all([...names.map(file), has_style && style()]);
        } catch (error) {
            console.error(error);
            is_there = false;
        }
        initSync(undefined, undefined).__indirect_function_table.get(callback)(data, is_there);
    };
}

const loads = {
${loads.join("")}};
`;
}

function run(program, args) {
    try {
        return execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });
    } catch (error) {
        throw new Error(`${program}: ${error.stderr}`);
    }
}
