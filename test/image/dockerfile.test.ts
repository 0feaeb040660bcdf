import { describe, expect, test } from "vitest";
import { checkDockerfile } from "../../components/image/dockerfile";

const good = String.raw`# syntax is a comment here
ARG BASE=ubuntu:22.04
ARG DIGEST="sha256:${"0".repeat(64)}"
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
        ["FROM with a variable without a value", ["ARG BASE", "FROM $BASE"], 2, /default/],
        ["FROM with a default of the shell's kind", ["ARG BASE=a", "FROM ${BASE:-ubuntu}"], 2, /\$\{NAME:-default\}/],
        ["the second assignment of an ARG line", ["ARG A=1 BASE=a", "FROM $BASE"], 2, /line of its own/],
        ["ARG without a name", ["FROM a", "ARG"], 2, /correct/],
        ["FROM with an image in capitals", ["FROM Ubuntu"], 1, /lower case/],
        ["FROM with a stage in other capitals", ["FROM a AS base", "FROM Base"], 2, /as it is written in its AS/],
        [
            "FROM with an ARG of a later stage that has no value above",
            ["FROM a", "ARG B=b", "FROM $B"],
            3,
            /above the first/,
        ],
        [
            "a continued line that starts with from",
            ["FROM a", "RUN python3 -c \\", "  'x' \\", "from os import path"],
            4,
            /join/,
        ],
        ["a continued line that is only arg", ["FROM a", "RUN echo \\", "arg"], 3, /join/],
        ["RUN --mount of a cache", ["FROM a", "RUN --mount=type=cache,target=/x make"], 2, /without a cache/],
        ["RUN --mount of files", ["FROM a", "RUN --mount=target=/x make"], 2, /COPY the files/],
        [
            "RUN --mount of a secret",
            ["FROM a", "RUN --mount=type=secret,id=key x"],
            2,
            /do not copy the key into the folder/,
        ],
        [
            "RUN --mount of an agent's keys",
            ["FROM a", "RUN --mount=type=ssh git clone x"],
            2,
            /give the finished image to `image`/,
        ],
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

    test("accepts what ACR accepts: a heredoc's or a continued line that reads as an image", () => {
        expect(checkDockerfile("FROM a\nRUN echo \\\n  from b\n", {})).toEqual([]);
    });

    const nested = [
        "ARG egover=1.5.4",
        "ARG baseimage=ghcr.io/edgelesssys/ego-deploy:v${egover}",
        "FROM ghcr.io/edgelesssys/ego-dev:v${egover} AS builder",
        "RUN ego-go build",
        "FROM ${baseimage}",
    ].join("\n");

    test("refuses an ARG whose value has variables, and writes it out", () => {
        const [problem, ...rest] = checkDockerfile(nested, {});
        expect(rest).toEqual([]);
        expect(problem).toMatchObject({ path: "context/Dockerfile:5", value: "FROM ${baseimage}" });
        expect(problem?.expected).toContain('takes the value of "baseimage" as it is written');
        expect(problem?.remedy).toContain("ARG baseimage=ghcr.io/edgelesssys/ego-deploy:v1.5.4");
        const written = nested.replace(/(?<=^ARG baseimage=.*)\$\{egover\}/m, "1.5.4");
        expect(checkDockerfile(written, {})).toEqual([]);
        expect(checkDockerfile(nested, { baseimage: "ubuntu:22.04" })).toEqual([]);
    });

    test("accepts an ARG that is empty where an image remains", () => {
        const dockerfile = 'ARG MIRROR=""\nFROM ${MIRROR}ubuntu:22.04\nRUN true\n';
        expect(checkDockerfile(dockerfile, {})).toEqual([]);
        expect(checkDockerfile(dockerfile, { MIRROR: "" })).toEqual([]);
        expect(checkDockerfile(dockerfile, { MIRROR: "registry.example.com/" })).toEqual([]);
        expect(checkDockerfile(dockerfile, { MIRROR: "Registry_/" })).toHaveLength(1);
    });

    test("does not suggest to copy what a secret mount kept out", () => {
        const [problem] = checkDockerfile(
            "FROM a\nRUN --mount=type=secret,id=private_key,dst=/app/private.pem ego sign w",
            {},
        );
        expect(problem).toMatchObject({ path: "context/Dockerfile:2", value: "RUN --mount=type=secret" });
        expect(problem?.expected).toContain("given no secrets");
        expect(problem?.remedy).not.toMatch(/RUN line of its own|put .* into a file/);
    });

    test.each([
        ["in quotes", 'RUN sh -c "cat <<EOF"'],
        ["of a shift", 'RUN python3 -c "print(1 <<2)" && true'],
        ["of arithmetic", "RUN echo $(( 1 << 2 )) $((1<<2))"],
    ])("takes no double angle bracket %s for a heredoc, and reads on", (_, run) => {
        const problems = checkDockerfile(`FROM a\n${run}\nCOPY --chmod=755 a b\n`, {});
        expect(problems.map(({ path }) => path)).toEqual(["context/Dockerfile:3"]);
    });

    test("knows a variable of FROM from a build argument", () => {
        expect(checkDockerfile("ARG BASE\nFROM $BASE\n", { BASE: "ubuntu:22.04" })).toEqual([]);
    });

    test("knows the other escape character", () => {
        expect(checkDockerfile("# escape=`\nFROM a\nRUN echo \\\nRUN echo `\n  x\n", {})).toEqual([]);
    });

    test("refuses a build argument that no line takes, and suggests the right one", () => {
        const [problem] = checkDockerfile("FROM a\nARG PSW_VERSION=1\n", { PSW_VERSOIN: "2" });
        expect(problem).toMatchObject({
            path: "buildArgs.PSW_VERSOIN",
            value: "2",
            remedy: 'did you mean "PSW_VERSION"?',
        });
        expect(checkDockerfile("FROM a\n", { https_proxy: "http://x" })).toEqual([]);
        expect(checkDockerfile("FROM a\n", { X: "" })[0]?.remedy).toContain('add "ARG X"');
    });
});
