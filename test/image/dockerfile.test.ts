import { describe, expect, test } from "vitest";
import { checkDockerfile } from "../../components/image/dockerfile";

const good = String.raw`# syntax is a comment here
ARG BASE=ubuntu:22.04
ARG DIGEST="sha256:0123"
FROM ${"${BASE}"}@$DIGEST AS build
ARG VERSION
RUN apt-get update \
 # a comment in the middle, from here
 && echo "from inside a line is fine" <<< "here string" \
    && rm -rf /var/lib/apt/lists/*
from build
COPY --chown=0:0 --from=build /a /b
ADD --chown=1 x /y
HEALTHCHECK --interval=5s CMD true
CMD ["from"]
`;

describe("a Dockerfile for ACR Tasks", () => {
    test("passes with what the scan and the classic builder understand", () => {
        expect(checkDockerfile(good, { VERSION: "1" })).toEqual([]);
    });

    test.each<[string, string[], number, RegExp]>([
        ["FROM with a platform", ["FROM --platform=linux/amd64 ubuntu:22.04"], 1, /linux\/amd64/],
        [
            "FROM with a platform and a name",
            ["# x", "FROM --platform=$BUILDPLATFORM ubuntu AS b"],
            2,
            /remove the flag/,
        ],
        ["FROM without an image", ["FROM", "FROM a"], 1, /correct/],
        ["FROM with an image and half a name", ["FROM a AS"], 1, /correct/],
        ["FROM with other words", ["FROM a b c"], 1, /correct/],
        ["FROM with a variable nobody sets", ["ARG BASE", "FROM $BASE"], 2, /default/],
        ["FROM with a default of the shell's kind", ["ARG BASE=a", "FROM ${BASE:-ubuntu}"], 2, /\$\{NAME:-default\}/],
        ["the second assignment of an ARG line", ["ARG A=1 BASE=a", "FROM $BASE"], 2, /line of its own/],
        ["ARG without a name", ["FROM a", "ARG"], 2, /correct/],
        [
            "a continued line that starts with from",
            ["FROM a", "RUN python3 -c \\", "  'x' \\", "from os import path"],
            4,
            /join/,
        ],
        ["a continued line that starts with FROM and would scan", ["FROM a", "RUN echo \\", "From b"], 3, /join/],
        ["a continued line that is only arg", ["FROM a", "RUN echo \\", "arg"], 3, /join/],
        ["RUN --mount", ["FROM a", "RUN --mount=type=cache,target=/x make"], 2, /RUN line of its own/],
        ["RUN --network", ["FROM a", "run --network=none make"], 2, /remove the flag/],
        ["COPY --chmod", ["FROM a", "COPY --chown=1 --chmod=755 x /y"], 2, /RUN chmod/],
        ["COPY --link", ["FROM a", "COPY --link x /y"], 2, /remove the flag/],
        ["ADD --checksum", ["FROM a", "ADD --checksum=sha256:0 https://x /y"], 2, /remove the flag/],
        ["a heredoc in RUN", ["FROM a", "RUN <<EOF", "RUN --mount=x", "EOF"], 2, /COPY it/],
        ["a heredoc in COPY", ["FROM a", "COPY <<-'X' /y", "text", "X", "CMD x"], 2, /COPY it/],
        ["no FROM", ["RUN true"], 1, /FROM/],
        ["a line over 64 KiB", ["FROM a", `RUN echo ${"x".repeat(65_536)}`], 2, /break/],
    ])("names the line of %s and the way out", (_, lines, line, remedy) => {
        const problems = checkDockerfile(lines.join("\n"), {});
        expect(problems).toHaveLength(1);
        expect(problems[0]?.path).toBe(`context/Dockerfile:${line}`);
        expect(problems[0]?.remedy).toMatch(remedy);
    });

    test("reports a heredoc and, in it, the line that the scan trips over", () => {
        const problems = checkDockerfile("FROM a\nRUN <<EOF\nfrom os import path\nEOF\nRUN --mount=x y\n", {});
        expect(problems.map(({ path }) => path)).toEqual([
            "context/Dockerfile:2",
            "context/Dockerfile:3",
            "context/Dockerfile:5",
        ]);
    });

    test("knows a variable of FROM from a build argument", () => {
        expect(checkDockerfile("ARG BASE\nFROM $BASE\n", { BASE: "ubuntu:22.04" })).toEqual([]);
    });

    test("knows the other escape character", () => {
        expect(checkDockerfile("# escape=`\nFROM a\nRUN echo \\\nRUN echo `\n  x\n", {})).toEqual([]);
    });

    test("refuses a build argument that no line takes, and knows the one that was meant", () => {
        const [problem] = checkDockerfile("FROM a\nARG PSW_VERSION=1\n", { PSW_VERSOIN: "2" });
        expect(problem).toMatchObject({
            path: "buildArgs.PSW_VERSOIN",
            value: "2",
            remedy: "did you mean PSW_VERSION?",
        });
        expect(checkDockerfile("FROM a\n", { https_proxy: "http://x" })).toEqual([]);
        expect(checkDockerfile("FROM a\n", { X: "" })[0]?.remedy).toContain('add "ARG X"');
    });
});
