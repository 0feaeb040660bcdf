import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

/** Text that would do something in a comment. */
export const hostile = [
    "@octocat",
    "&#64;octocat, &#x40;octocat and &commat;octocat",
    "@<00000000-0000-4000-8000-000000000000>",
    "a@b.example",
    "Fixes #1",
    "octocat/hello#2",
    "&num;3 and &#35;4",
    "GH-3 and gh-4",
    "!17",
    "[x](https://x.example)",
    "[x]&#40;https&#58;//x.example) [x][r]\n\n[r]: https://x.example",
    "http&#58;//x.example",
    "www.x.example and &#119;ww.x.example",
    "![i](x)",
    "<img src=x>",
    "a <!-- x --> b",
    "<a href=x>y</a>",
    "<https://x.example>",
    "</div>",
    "```mermaid\ngraph TD\n```",
    "- ~~~ math\n  x\n  ~~~",
    "\u202etxt.exe\u2066",
    "a\u200fb",
    "a\u0000b",
];

/** Text that does nothing, and so stays as it is. */
export const harmless = [
    "### Heading",
    "a & b, &lt;c&gt;, it&#39;s 5 &lt; 6 &amp; 7",
    "<details><summary><code>x</code></summary>\n\n```diff\n-a\n+b\n```\n\n</details>",
    "| a | b |\n| --- | --- |\n| `x` | **y** |",
    "100 % of containers[0].env: #ff and GHz!",
];

const mentions: readonly [string, RegExp][] = [
    ["mention", /@[A-Za-z0-9<]/],
    ["reference", /[#!]\d|\bGH-\d/i],
    ["control", /[\u0000-\u0008\u200e\u200f\u202a-\u202e\u2066-\u2069]/],
];
const allowedTags = /^<\/?(details|summary|code|sub)>$/;
const codeLanguages = ["text", "diff", "json", "yaml"];

interface Node {
    type: string;
    value?: string;
    lang?: string | null;
    children?: Node[];
}

/**
 * What a comment's text does beyond being read, seen by a parser of GitHub's Markdown: links, images, tags, mentions,
 * references, drawings.
 */
export function effects(markdown: string): string[] {
    const found: string[] = [];
    const visit = (node: Node): void => {
        const { type, value = "", lang } = node;
        if (["link", "image", "definition", "linkReference", "imageReference"].includes(type)) found.push(type);
        if (type === "html")
            found.push(...[...value.matchAll(/<[^>]*>?/g)].map(([tag]) => tag).filter((tag) => !allowedTags.test(tag)));
        if (type === "code" && typeof lang === "string" && !lang.startsWith("\u200b") && !codeLanguages.includes(lang))
            found.push(`code as ${lang}`);
        if (type === "text") found.push(...mentions.filter(([, pattern]) => pattern.test(value)).map(([name]) => name));
        node.children?.forEach(visit);
    };
    // A parser replaces NUL by itself.
    if (markdown.includes("\u0000")) found.push("control");
    visit(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
    return found;
}
